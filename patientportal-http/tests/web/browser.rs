//! A browser without scripts: it keeps cookies, posts the forms that it was given, and goes where it is sent.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a browser for tests fails by panicking")]

use std::collections::BTreeMap;

use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use patientportal_http::{Bilingual, PortalService, WebSettings};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::World;
use tower::ServiceExt;

pub(crate) type Body = Full<bytes::Bytes>;

/// A browser.
pub(crate) struct Browser {
    pub(crate) service: PortalService,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What it shows.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// The pages of a world's portal.
pub(crate) fn service(world: &World) -> PortalService {
    PortalService::new(world.portal.clone(), settings()).unwrap()
}

pub(crate) fn settings() -> WebSettings {
    WebSettings::new("Havnens Drift", Bilingual::new("# Brug\nBrug den pænt.", "# Use\nUse it well."))
}

impl Browser {
    pub(crate) fn new(world: &World) -> Self {
        Self::of(service(world))
    }

    pub(crate) fn of(service: PortalService) -> Self {
        Self { service, cookies: BTreeMap::new() }
    }

    pub(crate) async fn get(&mut self, address: &str) -> Page {
        self.send(Request::get(address).body(Body::default()).unwrap()).await
    }

    /// Gets, and goes where it is sent.
    pub(crate) async fn visit(&mut self, address: &str) -> Page {
        let mut page = self.get(address).await;
        while let Some(to) = page.location() {
            page = self.get(&to).await;
        }
        page
    }

    /// Posts the form of `page` that goes to `action`, with `typed` in its fields.
    pub(crate) async fn post(&mut self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut fields = page.unseen_fields(action);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post_fields(action, &fields, &[("sec-fetch-site", "same-origin")]).await
    }

    /// Posts, and goes where it is sent.
    pub(crate) async fn submit(&mut self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let page = self.post(page, action, typed).await;
        match page.location() {
            Some(to) => self.visit(&to).await,
            None => page,
        }
    }

    pub(crate) async fn post_fields(
        &mut self,
        action: &str,
        fields: &[(String, String)],
        headers: &[(&str, &str)],
    ) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(action).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Page {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() && !request.headers().contains_key(COOKIE) {
            request.headers_mut().insert(COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.service.clone().oneshot(request).await.unwrap();
        self.keep_cookies(&response);
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Page { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// Registers `person` by the pages, up to the page after MitID.
    pub(crate) async fn register(&mut self, world: &World, person: &Person, clinic: &str) -> Page {
        let departure = self.leave_to_register(person, clinic).await;
        let page = self.come_back(world, &departure, Ok(person.identity(world.portal.now()))).await;
        world.mail("Din bruger er oprettet").await;
        page
    }

    pub(crate) async fn leave_to_register(&mut self, person: &Person, clinic: &str) -> Page {
        let form = self.visit(&format!("/{clinic}/opret")).await;
        self.post(&form, &format!("/{clinic}/opret"), &registration(person)).await
    }

    pub(crate) async fn come_back(
        &mut self,
        world: &World,
        departure: &Page,
        answer: Result<patientportal_core::ports::VouchedIdentity, patientportal_core::ports::IdentityFailure>,
    ) -> Page {
        let query = world.identity.answer(&departure.departs_to(), answer);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        self.visit(&format!("/mitid/retur?{query}")).await
    }

    fn keep_cookies(&mut self, response: &Response<Body>) {
        for line in response.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
            }
        }
    }
}

impl Page {
    /// Where it sends the browser.
    pub(crate) fn location(&self) -> Option<String> {
        Some(self.headers.get(LOCATION)?.to_str().unwrap().to_owned())
    }

    /// Where the departure page leads.
    pub(crate) fn departs_to(&self) -> String {
        let url = self.text.split("http-equiv=\"refresh\" content=\"0; url=").nth(1);
        let url = url.unwrap_or_else(|| panic!("no departure page: {} {}", self.status, self.text));
        url.split('"').next().unwrap().replace("&#38;", "&")
    }

    /// The hidden fields of the form that goes to `action`.
    pub(crate) fn unseen_fields(&self, action: &str) -> Vec<(String, String)> {
        let form = self.text.split(&format!("action=\"{action}\"")).nth(1);
        let form = form.unwrap_or_else(|| panic!("no form to {action} on {} {}", self.status, self.text));
        let form = form.split("</form>").next().unwrap();
        let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
        inputs
            .map(|input| {
                let (name, rest) = input.split_once("\" value=\"").unwrap();
                (name.to_owned(), rest.split('"').next().unwrap().to_owned())
            })
            .collect()
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(self.text.contains(text), "{text:?} is not on the page: {} {}", self.status, self.text);
    }

    #[track_caller]
    pub(crate) fn says_nothing_of(&self, text: &str) {
        assert!(!self.text.contains(text), "{text:?} is on the page: {}", self.text);
    }
}

/// The registration form's fields, filled in.
pub(crate) fn registration(person: &Person) -> Vec<(&'static str, &str)> {
    vec![
        ("cpr", person.cpr),
        ("fornavn", person.first_name),
        ("efternavn", person.last_name),
        ("email", person.email),
        ("email-igen", person.email),
        ("mobil", ""),
        ("adgangskode", person.password),
        ("adgangskode-igen", person.password),
    ]
}

pub(crate) fn request(method: Method, address: &str) -> Request<Body> {
    Request::builder().method(method).uri(address).body(Body::default()).unwrap()
}
