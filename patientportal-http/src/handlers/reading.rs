//! Pages that are only read, and the choice of language (C6).

use patientportal_core::clinic::Clinic;
use patientportal_core::language::Language;

use super::is_fresh;
use crate::cookies::Cookie;
use crate::forms::PostedForm;
use crate::pages::form::names;
use crate::pages::{CookiesPage, HelpPage, TermsPage, terms_blocks};
use crate::reply::Reply;
use crate::visit::Visit;

/// The guide: to registration and login for a visitor, to the functions for who is logged in (C4).
pub(super) fn help(visit: &Visit, clinic: Option<&Clinic>) -> Reply {
    Reply::page(&HelpPage { frame: visit.frame(clinic), provider: visit.provider(), numbers: visit.numbers() })
}

pub(super) fn terms(visit: &Visit) -> Reply {
    let settings = &visit.site.settings;
    Reply::page(&TermsPage {
        frame: visit.frame(None),
        operator: settings.operator.clone(),
        version: visit.site.portal.policy().terms_version.clone(),
        blocks: terms_blocks(settings.terms.of(visit.language())),
    })
}

pub(super) fn cookies(visit: &Visit) -> Reply {
    Reply::page(&CookiesPage {
        frame: visit.frame(None),
        operator: visit.site.settings.operator.clone(),
        numbers: visit.numbers(),
    })
}

/// Remembers the language and goes back to the page.
pub(super) fn choose_language(visit: &Visit, form: &PostedForm) -> Reply {
    let links = &visit.site.links;
    let back = form.get(names::RETURN);
    let back = if is_own_path(back, links.prefix()) { back.to_owned() } else { links.root() };
    let reply = Reply::see_other(&back);
    // A stale form is fetched anew by going back, and its button then works.
    match Language::from_tag(form.get(names::LANGUAGE)).filter(|_| is_fresh(visit, form)) {
        Some(language) => reply.cookie(&Cookie::Language.set(language.tag())),
        None => reply,
    }
}

/// Whether an address is a path of the portal's own, so that nobody is sent elsewhere.
fn is_own_path(address: &str, prefix: &str) -> bool {
    let Some(below) = address.strip_prefix(prefix) else { return false };
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let path = below.split('?').next().unwrap_or_default();
    below.starts_with('/') && !path.contains("//") && !path.contains("..") && is_plain && address.len() <= LONGEST_PATH
}

const LONGEST_PATH: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_by_choosing_a_language() {
        for own in ["/", "/klinik", "/klinik/opret?funktion=tidsbestilling"] {
            assert!(is_own_path(own, ""), "{own}");
            assert!(is_own_path(&format!("/patient{own}"), "/patient"), "{own}");
        }
        for other in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example",
            "https:evil",
            "/a//evil",
            "/..//evil",
            "/\tevil",
            "/\r\nSet-Cookie: a=b",
            "javascript:alert(1)",
            "@evil.example",
            " /",
            "/ä",
        ] {
            assert!(!is_own_path(other, ""), "{other:?}");
        }
        assert!(!is_own_path("/other", "/patient"));
        assert!(!is_own_path("/patient.evil.example/", "/patient"));
    }
}
