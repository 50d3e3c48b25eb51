//! One request, as handlers see it: who is asking, in which language, from which page.

use std::sync::{Arc, OnceLock};

use http::StatusCode;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use patientportal_core::clinic::{Clinic, FunctionKind};
use patientportal_core::fault::Fault;
use patientportal_core::language::Language;
use patientportal_core::portal::{Destination, Principal, Visitor};
use patientportal_core::refusal::Refusal;
use patientportal_core::sealing::{BrowserKey, FlowToken};

use crate::client_address::PeerAddress;
use crate::cookies::Cookie;
use crate::forms::Query;
use crate::links::{function_of_word, words};
use crate::news::{News, notice_of};
use crate::pages::{Frame, FrameClinic, Numbers, Person, Phone, Stay};
use crate::reply::Reply;
use crate::site::Site;

/// One request.
pub(crate) struct Visit {
    pub(crate) site: Arc<Site>,
    pub(crate) visitor: Visitor,
    pub(crate) query: Query,
    /// Whoever is logged in.
    pub(crate) principal: Option<Principal>,
    person: Option<Person>,
    stay: Option<Stay>,
    /// What this very answer has to say.
    said: OnceLock<News>,
    /// The page's own address.
    here: String,
    /// Whether the browser has no cookie yet and gets one with the answer.
    pub(crate) is_new_browser: bool,
    /// Whether the session cookie is worth nothing any longer.
    pub(crate) has_dead_session: bool,
    /// The token of the reset or activation link that the browser has opened last.
    pub(crate) link_token: Option<FlowToken>,
}

impl Visit {
    /// Reads what the request says. Who is logged in, [`recognize`](Self::recognize) finds out.
    pub(crate) fn open(site: Arc<Site>, parts: &Parts) -> Result<Self, Fault> {
        let headers = &parts.headers;
        let (visitor, is_new_browser) = visitor(&site, parts)?;
        let path = site.path_below_prefix(parts.uri.path());
        let here = match parts.uri.query() {
            Some(query) => format!("{}{path}?{query}", site.links.prefix()),
            None => format!("{}{path}", site.links.prefix()),
        };
        let query = Query::parse(parts.uri.query());
        Ok(Self {
            site,
            visitor,
            query,
            principal: None,
            person: None,
            stay: None,
            said: OnceLock::new(),
            here,
            is_new_browser,
            has_dead_session: false,
            link_token: Cookie::Reset.read(headers).and_then(|text| FlowToken::parse(text).ok()),
        })
    }

    /// Asks who is logged in: at every request, so that what staff changed holds.
    pub(crate) async fn recognize(&mut self) -> Result<(), Fault> {
        let Some(cookie) = self.visitor.session.as_deref() else { return Ok(()) };
        self.principal = self.site.portal.principal(cookie).await?;
        match &self.principal {
            Some(principal) => {
                let owner = self.site.portal.owner(principal).await?;
                let session_ends = Some(principal.ends().copenhagen_clock());
                self.person = Some(Person { name: owner.full_name, session_ends });
                let mark = self.site.portal.form_mark(&self.visitor, principal);
                self.stay = Some(Stay::of(&self.site.portal, principal, mark, self.language()));
            }
            None => self.has_dead_session = true,
        }
        Ok(())
    }

    /// The frame around a page of `clinic`'s, or of nobody's.
    pub(crate) fn frame(&self, clinic: Option<&Clinic>) -> Frame {
        let (settings, language) = (&self.site.settings, self.language());
        let told = || self.query.find(words::NEWS).and_then(|code| notice_of(code, language));
        Frame {
            language,
            links: self.site.links.clone(),
            here: self.here.clone(),
            token: self.site.portal.form_token(&self.visitor.browser),
            clinic: clinic.map(frame_clinic),
            person: self.person.clone(),
            stay: self.stay.clone(),
            out_of_hours: settings.out_of_hours.as_ref().map(|text| text.of(language).to_owned()),
            banner: settings.banner.as_ref().map(|banner| banner.of(language)),
            notice: self.said.get().map(|news| news.notice(language)).or_else(told),
        }
    }

    /// Has the page of this answer say something that happened.
    pub(crate) fn say(&self, news: News) {
        // What was said first holds.
        let _said = self.said.set(news);
    }

    /// The same for a page that answers a POST: choosing a language there leads to `here`, which can be fetched.
    pub(crate) fn frame_at(&self, clinic: &Clinic, here: String) -> Frame {
        Frame { here, ..self.frame(Some(clinic)) }
    }

    pub(crate) fn language(&self) -> Language {
        self.visitor.language
    }

    /// Gives a page that says a refusal its status, and when to try again.
    pub(crate) fn refused(&self, reply: Reply, refusal: &Refusal) -> Reply {
        let Some(until) = refusal.retry_at() else { return reply.status(StatusCode::UNPROCESSABLE_ENTITY) };
        let busy = matches!(refusal, Refusal::Busy { .. });
        let status = if busy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::TOO_MANY_REQUESTS };
        reply.status(status).retry_after(until.since(self.site.portal.now()).as_secs() + 1)
    }

    /// Whether a form's token is this browser's. One that is not is stale: the form is shown again, filled.
    pub(crate) fn is_own_token(&self, token: &str) -> bool {
        !self.is_new_browser && self.site.portal.is_form_token(&self.visitor.browser, token)
    }

    /// The function that the visitor came for, as the address says.
    pub(crate) fn function(&self) -> Option<FunctionKind> {
        self.query.find(words::FUNCTION).and_then(function_of_word)
    }

    pub(crate) fn destination(&self, clinic: &Clinic, function: Option<FunctionKind>) -> Destination {
        Destination { clinic: clinic.id, function }
    }

    /// The operator's numbers, as pages say them.
    pub(crate) fn numbers(&self) -> Numbers {
        Numbers::of(self.site.portal.policy(), self.language())
    }

    /// Whom MitID is reached through.
    pub(crate) fn provider(&self) -> String {
        self.site.settings.identity_provider.of(self.language()).to_owned()
    }
}

/// What a request tells of the one who sent it, and whether its browser is new.
pub(crate) fn visitor(site: &Site, parts: &Parts) -> Result<(Visitor, bool), Fault> {
    let headers = &parts.headers;
    let browser = Cookie::Browser.read(headers).and_then(|text| BrowserKey::parse(text).ok());
    let (browser, is_new) = match browser {
        Some(browser) => (browser, false),
        None => (site.portal.new_browser()?, true),
    };
    let peer = parts.extensions.get::<PeerAddress>().copied();
    let visitor = Visitor {
        browser,
        address: site.settings.trusted_proxies.client(peer, headers),
        language: language(parts),
        session: Cookie::Session.read(headers).map(str::to_owned),
        device: Cookie::Device.read(headers).map(str::to_owned),
    };
    Ok((visitor, is_new))
}

/// The telephone that a clinic's pages show.
pub(crate) fn phone(clinic: &Clinic) -> Phone {
    Phone::new(&clinic.phone)
}

fn frame_clinic(clinic: &Clinic) -> FrameClinic {
    FrameClinic {
        name: clinic.name.clone(),
        slug: clinic.slug.clone(),
        phone: phone(clinic),
        homepage: clinic.homepage.clone(),
    }
}

/// The language chosen, else the browser's first that the portal speaks.
fn language(parts: &Parts) -> Language {
    let chosen = Cookie::Language.read(&parts.headers).and_then(Language::from_tag);
    let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    chosen.or_else(|| header.split(',').find_map(|tag| Language::from_tag(tag.trim()))).unwrap_or_default()
}
