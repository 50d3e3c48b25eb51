//! The page where a test person is chosen, and the way back to the portal.

use http::StatusCode;
use patientportal_core::language::Language;
use url::Url;

use crate::pages;
use crate::reply::{self, Reply};
use crate::request::Parameters;
use crate::state::{Flaws, Grant, Simulation};

/// GET: lists the persons, if the request is one that may be answered.
pub(crate) fn show(simulation: &Simulation, query: &str) -> Reply {
    match AuthorizationRequest::read(simulation, query) {
        Err(refused) => *refused,
        Ok(request) if request.silent => request.back_with_error(simulation, "login_required", None),
        Ok(request) => {
            let today = simulation.now().copenhagen_date();
            let html = pages::choice(request.language, query, today, simulation);
            reply::page(StatusCode::OK, html, Some(&request.origin()))
        }
    }
}

/// POST: somebody was chosen, or the login broken off.
pub(crate) fn choose(simulation: &Simulation, form: &Parameters) -> Reply {
    let request = match AuthorizationRequest::read(simulation, form.value("request").unwrap_or_default()) {
        Err(refused) => return *refused,
        Ok(request) => request,
    };
    if form.has("abort") {
        return request.back_with_error(simulation, "access_denied", Some("mitid_user_aborted"));
    }
    let Some(person) = form.value("person").and_then(|id| simulation.person(id)) else {
        return reply::page(StatusCode::BAD_REQUEST, pages::problem(request.language, Problem::Person), None);
    };
    let flaws = Flaws {
        low_assurance: form.has("low_assurance"),
        no_cpr: form.has("no_cpr"),
        business: form.has("business"),
        old_login: form.has("old_login"),
    };
    let code = simulation.issue_code(Grant {
        person,
        flaws,
        redirect_url: request.redirect.to_string(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        scopes: request.scopes.clone(),
        at: simulation.now(),
    });
    request.back(simulation, &[("code", &code)])
}

/// Why a request gets a page and no way back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Problem {
    Client,
    Redirect,
    Person,
}

/// A request that may be answered at its address.
struct AuthorizationRequest {
    redirect: Redirect,
    state: Option<String>,
    nonce: Option<String>,
    challenge: String,
    scopes: Vec<String>,
    language: Language,
    silent: bool,
}

/// A registered address: as registered, to compare and to keep, and as a URL, to add to.
struct Redirect {
    text: String,
    url: Url,
}

impl std::fmt::Display for Redirect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl AuthorizationRequest {
    /// Reads a request. What is wrong with the client or its address is told here, the rest at the address.
    fn read(simulation: &Simulation, query: &str) -> Result<Self, Box<Reply>> {
        let parameters = Parameters::read(query.as_bytes());
        let text = |name| parameters.value(name).map(str::to_owned);
        let language = parameters.value("ui_locales").and_then(Language::from_tag).unwrap_or_default();
        let stay = |problem| Box::new(reply::page(StatusCode::BAD_REQUEST, pages::problem(language, problem), None));
        if parameters.value("client_id") != Some(&simulation.config.client_id) {
            return Err(stay(Problem::Client));
        }
        let redirect = text("redirect_uri").filter(|asked| simulation.config.redirect_urls.contains(asked));
        let Some((text_form, url)) = redirect.and_then(|text| Url::parse(&text).ok().map(|url| (text, url))) else {
            return Err(stay(Problem::Redirect));
        };
        let words = |name| parameters.value(name).unwrap_or_default().split(' ').map(str::to_owned).collect::<Vec<_>>();
        let request = Self {
            redirect: Redirect { text: text_form, url },
            state: text("state"),
            nonce: text("nonce"),
            challenge: text("code_challenge").unwrap_or_default(),
            scopes: words("scope"),
            language,
            silent: words("prompt").iter().any(|prompt| prompt == "none"),
        };
        let error = if parameters.value("response_type") != Some("code") {
            "unsupported_response_type"
        } else if !request.scopes.iter().any(|scope| scope == "openid") {
            "invalid_scope"
        } else if request.challenge.len() != 43 || parameters.value("code_challenge_method") != Some("S256") {
            "invalid_request"
        } else {
            return Ok(request);
        };
        Err(Box::new(request.back_with_error(simulation, error, None)))
    }

    fn origin(&self) -> String {
        self.redirect.url.origin().ascii_serialization()
    }

    fn back_with_error(&self, simulation: &Simulation, error: &str, description: Option<&str>) -> Reply {
        let description = description.map(|description| ("error_description", description));
        let answer: Vec<_> = [("error", error)].into_iter().chain(description).collect();
        self.back(simulation, &answer)
    }

    fn back(&self, simulation: &Simulation, answer: &[(&str, &str)]) -> Reply {
        let mut url = self.redirect.url.clone();
        let state = self.state.as_deref().map(|state| ("state", state));
        url.query_pairs_mut().extend_pairs(answer).extend_pairs(state).append_pair("iss", &simulation.issuer);
        reply::see_other(url.as_str())
    }
}
