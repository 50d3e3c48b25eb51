//! What attackers try, and what every answer carries.

use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST};
use http::{Method, Request, StatusCode};
use patientportal_core::portal::{Portal, Ports, Settings};
use patientportal_http::{Bilingual, PortalService, WebSettings, is_reserved_slug};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{AUTOMATIC, World};

use crate::browser::{Body, Browser, registration, request, settings};

#[tokio::test]
async fn v3_every_page_carries_the_protecting_headers() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    for address in ["/", "/automatic", "/automatic/opret", "/ukendt", "/nulstil", "/mitid/retur"] {
        let page = browser.get(address).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-"), "{policy}");
        for directive in ["frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"] {
            assert!(policy.contains(directive), "{directive}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=31536000"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.headers[name], value, "{name} of {address}");
        }
        for inline in ["<style", " style=", " onclick", "javascript:", "<script>"] {
            page.says_nothing_of(inline);
        }
    }
}

#[tokio::test]
async fn v3_subdomains_are_held_to_https_where_the_operator_says_so() {
    let mut settings = settings();
    settings.hsts_include_subdomains = true;
    let service = PortalService::new(World::new().portal.clone(), settings).unwrap();
    let page = Browser::of(service).get("/automatic").await;
    assert_eq!(page.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
}

#[tokio::test]
async fn v3_cookies_are_for_this_host_alone_and_hidden_from_scripts() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let front = browser.get("/automatic").await;
    let cookie = front.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-pp-browser="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(!browser.get("/automatic").await.headers.contains_key("set-cookie"), "only once");
}

#[tokio::test]
async fn a4_14_a_post_from_another_site_does_nothing() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &Person::NANCY, AUTOMATIC).await;
    let start = browser.visit("/automatic/start").await;
    let fields = start.unseen_fields("/log-ud");
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "null")],
    ] {
        let page = browser.post_fields("/log-ud", &fields, headers).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    browser.visit("/automatic/start").await.says("Nancy Ann");
    let own = browser.post_fields("/log-ud", &fields, &[("origin", "https://portal.example.dk")]).await;
    assert_eq!(own.status, StatusCode::OK);
}

#[tokio::test]
async fn a4_14_another_sites_post_gives_no_new_browser_key() {
    let world = World::new();
    let another = ("sec-fetch-site", "cross-site");
    for (address, status) in [("/log-ud", StatusCode::FORBIDDEN), ("/automatic", StatusCode::METHOD_NOT_ALLOWED)] {
        let page = Browser::new(&world).post_fields(address, &[], &[another]).await;
        assert_eq!(page.status, status, "{address}");
        assert!(!page.headers.contains_key("set-cookie"), "{address}");
    }
    let own = Browser::new(&world).post_fields("/log-ud", &[], &[("sec-fetch-site", "same-origin")]).await;
    assert!(own.headers["set-cookie"].to_str().unwrap().starts_with("__Host-pp-browser="));
    let mut by_link = request(Method::GET, "/automatic");
    by_link.headers_mut().insert(another.0, another.1.parse().unwrap());
    assert!(Browser::new(&world).send(by_link).await.headers.contains_key("set-cookie"), "from the clinic's homepage");
}

#[tokio::test]
async fn a4_14_a_stale_token_does_nothing_but_show_the_form_again_filled() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/opret").await;
    let strangers = Browser::new(&world).visit("/automatic/opret").await.unseen_fields("/automatic/opret");
    for fields in [Vec::new(), strangers] {
        let mut fields: Vec<(String, String)> = fields;
        fields.extend(registration(&Person::NANCY).into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())));
        let again = browser.post_fields("/automatic/opret", &fields, &[("sec-fetch-site", "same-origin")]).await;
        again.says("Siden var blevet for gammel");
        again.says("value=\"Nancy Ann\"");
        again.says_nothing_of(Person::NANCY.password);
        let departure = browser.post(&again, "/automatic/opret", &registration(&Person::NANCY)).await;
        assert!(departure.departs_to().starts_with("https://mitid.invalid/"));
    }
    assert_eq!(form.status, StatusCode::OK);
}

#[tokio::test]
async fn a4_14_forms_in_other_tabs_survive_a_login() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let tab = browser.visit("/automatic/glemt-adgangskode").await;
    browser.register(&world, &Person::NANCY, AUTOMATIC).await;
    let typed = [("cpr", Person::MAX.cpr), ("email", "max@example.dk")];
    let sent = browser.post(&tab, "/automatic/glemt-adgangskode", &typed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a4_12_planted_and_malformed_cookies_open_nothing() {
    let world = World::new();
    let service = crate::browser::service(&world);
    for cookie in [
        "__Host-pp-session=x",
        "__Host-pp-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "__Host-pp-browser=%00; __Host-pp-session=; __Host-pp-device=zzz",
        "=;;;__Host-pp-language=xx",
    ] {
        let mut request = request(Method::GET, "/automatic/start");
        request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
        let page = Browser::of(service.clone()).send(request).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{cookie}");
        assert!(page.location().unwrap().starts_with("/automatic"), "{cookie}");
    }
}

#[tokio::test]
async fn a4_18_links_are_never_built_from_the_host_header() {
    let world = World::new();
    for host in ["evil.example", "portal.example.dk.evil.example"] {
        let mut request = request(Method::GET, "/automatic");
        request.headers_mut().insert(HOST, host.parse().unwrap());
        request.headers_mut().insert("x-forwarded-host", host.parse().unwrap());
        Browser::new(&world).send(request).await.says_nothing_of("evil.example");
    }
    let mut strict = settings();
    strict.only_own_host = true;
    let service = PortalService::new(world.portal.clone(), strict).unwrap();
    for (host, status) in [("evil.example", StatusCode::MISDIRECTED_REQUEST), ("portal.example.dk", StatusCode::OK)] {
        let mut request = request(Method::GET, "/automatic");
        request.headers_mut().insert(HOST, host.parse().unwrap());
        assert_eq!(Browser::of(service.clone()).send(request).await.status, status);
    }
}

#[tokio::test]
async fn a4_29_nobody_is_redirected_elsewhere() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let token = front.unseen_fields("/sprog")[0].clone();
    for target in ["//evil.example", "/\\evil.example", "https://evil.example", "/..//evil.example", "/\r\nX: y"] {
        let fields = [token.clone(), ("retur".into(), target.into()), ("til".into(), "en".into())];
        let page = browser.post_fields("/sprog", &fields, &[("sec-fetch-site", "same-origin")]).await;
        assert_eq!(page.location().as_deref(), Some("/"), "{target}");
    }
    for entry in ["/automatic?funktion=//evil.example", "/automatic/opret?funktion=https://evil.example"] {
        let page = browser.visit(entry).await;
        for attribute in ["href=\"", "action=\"", "url="] {
            let targets = page.text.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap());
            assert_eq!(targets.filter(|target| target.contains("evil.example")).count(), 0, "{entry}");
        }
    }
}

#[tokio::test]
async fn a4_30_what_is_typed_comes_back_as_text() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/opret?besked=%3Cscript%3Ealert(1)%3C/script%3E").await;
    form.says_nothing_of("<script>alert");
    let mut typed = registration(&Person::NANCY);
    typed[1].1 = "\"><script>alert(1)</script>";
    let again = browser.post(&form, "/automatic/opret", &typed).await;
    again.says_nothing_of("<script>alert");
}

#[tokio::test]
async fn a4_33_malformed_requests_are_the_senders_fault() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let own = [("sec-fetch-site", "same-origin")];
    let twice = [("cpr".to_owned(), "1".to_owned()), ("cpr".to_owned(), "2".to_owned())];
    assert_eq!(browser.post_fields("/automatic/log-ind", &twice, &own).await.status, StatusCode::BAD_REQUEST);
    let json = Request::post("/automatic/log-ind").header(CONTENT_TYPE, "application/json").header(own[0].0, own[0].1);
    let json = json.body(Body::from("{}")).unwrap();
    assert_eq!(browser.send(json).await.status, StatusCode::BAD_REQUEST);
    for address in ["/automatic/sikkerhedskode?flow=%00", "/automatic/sikkerhedskode", "/nulstil/%FF", "/%2e%2e/x"] {
        let page = browser.visit(address).await;
        assert!(!page.status.is_server_error(), "{address}: {}", page.status);
    }
}

#[tokio::test]
async fn a4_34_a_large_body_is_refused() {
    let world = World::new();
    let fields = [("cpr".to_owned(), "1".repeat(17 * 1024))];
    let own = [("sec-fetch-site", "same-origin")];
    let page = Browser::new(&world).post_fields("/automatic/log-ind", &fields, &own).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a4_35_no_person_data_is_in_an_address() {
    let world = World::new();
    Browser::new(&world).register(&world, &Person::NANCY, AUTOMATIC).await;
    let mut browser = Browser::new(&world);
    let front = browser.visit("/automatic").await;
    let typed = [("cpr", Person::NANCY.cpr), ("adgangskode", Person::NANCY.password)];
    let to = browser.post(&front, "/automatic/log-ind", &typed).await.location().unwrap();
    world.mailed_code().await;
    assert!(to.starts_with("/automatic/sikkerhedskode?flow="), "{to}");
    assert!(!to.contains("251248") && !to.contains("nancy"));
}

#[tokio::test]
async fn a4_38_fetching_a_mails_link_changes_nothing() {
    let world = World::new();
    drop(world.proven(&Person::NANCY, AUTOMATIC).await);
    let mut browser = Browser::new(&world);
    let form = browser.visit("/automatic/glemt-adgangskode").await;
    let typed = [("cpr", Person::NANCY.cpr), ("email", Person::NANCY.email)];
    browser.submit(&form, "/automatic/glemt-adgangskode", &typed).await;
    let link = format!("/nulstil/{}", world.mailed_link().await.to_text());
    for method in [Method::HEAD, Method::GET, Method::GET] {
        assert_eq!(browser.send(request(method, &link)).await.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.visit("/nulstil").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn methods_that_a_page_does_not_take_are_refused() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    for (method, address, allowed) in [
        (Method::GET, "/log-ud", "POST"),
        (Method::GET, "/automatic/log-ind", "POST"),
        (Method::DELETE, "/automatic", "GET, HEAD"),
        (Method::TRACE, "/automatic/opret", "GET, HEAD, POST"),
        (Method::POST, "/automatic", "GET, HEAD"),
        (Method::HEAD, "/mitid/retur", "GET"),
    ] {
        let page = browser.send(request(method, address)).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{address}");
        assert_eq!(page.headers["allow"], allowed);
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let got = browser.get("/automatic").await;
    let head = browser.send(request(Method::HEAD, "/automatic")).await;
    assert_eq!((head.status, head.text.len()), (StatusCode::OK, 0));
    assert_eq!(head.headers["content-length"], got.text.len().to_string().as_str());
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_pages_name_them() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let front = browser.get("/automatic").await;
    for (before, content_type) in [("stylesheet\" href=\"", "text/css"), ("<script src=\"", "text/javascript")] {
        let address = front.text.split(before).nth(1).unwrap().split('"').next().unwrap();
        let asset = browser.get(address).await;
        assert!(asset.headers["content-type"].to_str().unwrap().starts_with(content_type));
        assert_eq!(asset.headers["cache-control"], "public, max-age=31536000, immutable");
        assert!(!asset.headers.contains_key("set-cookie"));
    }
    assert_eq!(browser.get("/assets/portal.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_portal_stands_under_a_prefix_whether_or_not_a_router_takes_it_off() {
    let world = World::new();
    let ports = Ports {
        store: world.store.clone(),
        hasher: world.hasher.clone(),
        identity: world.identity.clone(),
        mailer: world.mailer.clone(),
        custody: world.custody.clone(),
        clinic_system: world.clinic_system.clone(),
        staff: world.staff_identity.clone(),
        clock: world.clock.clone(),
        entropy: std::sync::Arc::new(patientportal_testkit::clock::FixedEntropy::from_seed(2)),
    };
    let keys = patientportal_core::sealing::MasterKey::new(patientportal_core::ids::KeyId(1), [1; 32]);
    let settings = Settings {
        keys: patientportal_core::sealing::KeyRing::new(keys, []).unwrap(),
        clinics: world.portal.clinics().clone(),
        policy: world.portal.policy().clone(),
        public_url: "https://host.example/patient".to_owned(),
    };
    let web = WebSettings::new("Drift", Bilingual::default());
    let service = PortalService::new(Portal::new(ports, settings, || {}), web).unwrap();
    for address in ["/patient/automatic", "/automatic"] {
        let page = Browser::of(service.clone()).visit(address).await;
        page.says("action=\"/patient/automatic/log-ind\"");
        page.says("href=\"/patient/assets/portal-");
        page.says("name=\"retur\" value=\"/patient/automatic\"");
        for line in page.text.split("href=\"").skip(1).chain(page.text.split("action=\"").skip(1)) {
            let address = line.split('"').next().unwrap();
            let own = address.starts_with("/patient/") || address.starts_with('#') || address.starts_with("tel:");
            assert!(own, "{address} leaves the prefix");
        }
    }
}

#[tokio::test]
async fn an_embedding_programs_routes_learn_who_is_logged_in() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    browser.register(&world, &Person::NANCY, AUTOMATIC).await;
    let session = format!("__Host-pp-session={}", browser.cookies["__Host-pp-session"]);
    let headers = [(COOKIE, session.parse().unwrap())].into_iter().collect();
    let principal = browser.service.principal(&headers).await.unwrap().unwrap();
    let clinic = world.portal.clinics().by_slug(AUTOMATIC).unwrap();
    let may =
        principal.may(clinic, patientportal_core::clinic::FunctionKind::Booking, patientportal_core::policy::Deed::Act);
    assert_eq!(may, Ok(()));
    assert!(browser.service.principal(&http::HeaderMap::new()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_browsers_language_is_taken_until_one_is_chosen() {
    let world = World::new();
    let mut request = request(Method::GET, "/automatic");
    request.headers_mut().insert(ACCEPT_LANGUAGE, "de-DE,en-GB;q=0.8,da;q=0.5".parse().unwrap());
    Browser::new(&world).send(request).await.says("<html lang=\"en\">");
    assert!(!is_reserved_slug(AUTOMATIC));
}
