//! The pattern of a path, for the log: the portal's own words stay, all else (a link's token, what somebody typed) goes.

use std::collections::HashSet;
use std::sync::Arc;

use patientportal_core::clinic::FunctionKind;
use patientportal_core::ids::AccountId;
use patientportal_core::portal::Portal;
use patientportal_http::StaffAddress;
use patientportal_http::links::Links;

/// Finds patterns. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Patterns {
    portal: Portal,
    words: Arc<HashSet<String>>,
}

impl Patterns {
    /// The patterns of this portal's paths.
    pub(crate) fn of(portal: &Portal) -> Self {
        let url = portal.public_url();
        let prefix = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, prefix)| prefix);
        let words = own_words().into_iter().chain(prefix.split('/').map(str::to_owned)).collect();
        Self { portal: portal.clone(), words: Arc::new(words) }
    }

    /// The pattern of `path`.
    pub(crate) fn of_path(&self, path: &str) -> String {
        let is_clinic = |segment: &str| self.portal.clinics().by_slug(segment).is_some();
        pattern(path, &self.words, is_clinic)
    }
}

fn pattern(path: &str, words: &HashSet<String>, is_clinic: impl Fn(&str) -> bool) -> String {
    let segments = path.split('/').take(MOST_SEGMENTS).map(|segment| match segment {
        "" => "",
        segment if is_clinic(segment) => "{clinic}",
        segment => words.get(segment).map_or("{}", String::as_str),
    });
    segments.collect::<Vec<_>>().join("/")
}

fn own_words() -> Vec<String> {
    let links = Links::under("");
    let slug = "";
    let mut paths = vec![
        links.register(slug, None),
        links.register_child(slug, None),
        links.log_in(slug),
        links.mitid(slug),
        links.code(slug),
        links.new_code(slug),
        links.forgot(slug, None),
        links.password_changed(slug),
        links.join(slug),
        links.withdraw(slug),
        links.accept_terms(slug),
        links.start(slug),
        links.help(None),
        links.terms(),
        links.cookies(),
        links.language(),
        links.log_out(),
        links.logged_out(),
        links.mitid_return(),
        links.reset(),
        links.activate(),
        links.new_activation(),
        links.activated(slug),
        links.confirm_identity(slug),
        links.choose_password(slug),
        links.renew(slug),
        links.new_renewal_code(slug),
        links.changed_number(slug),
        links.stylesheet(),
        links.script(),
        links.icon(),
        "/til/healthz/readyz/demo/mails/html/mailbox.css/klinik/ur".to_owned(),
    ];
    paths.extend([links.staff_sign_in(), links.staff_return(), links.staff_choose(), links.staff_sign_out()]);
    paths.extend(StaffAddress::all(&links, slug, NOBODY).into_iter().map(|of| of.address.replace(NOBODYS_WORD, "")));
    paths.extend(FunctionKind::ALL.map(|kind| links.function(slug, kind)));
    paths.iter().flat_map(|path| path.split('/')).map(str::to_owned).collect()
}

const MOST_SEGMENTS: usize = 8;
/// Whose word stands in addresses to be taken out again.
const NOBODY: AccountId = AccountId(0);
const NOBODYS_WORD: &str = "0000000000000000";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i7_only_own_words_are_logged() {
        let words = own_words().into_iter().collect();
        let table = [
            ("/", "/"),
            ("/clinea", "/{clinic}"),
            ("/clinea/sikkerhedskode", "/{clinic}/sikkerhedskode"),
            ("/clinea/tidsbestilling", "/{clinic}/tidsbestilling"),
            ("/nulstil/AbCdEf123", "/nulstil/{}"),
            ("/aktiver/AbCdEf123", "/aktiver/{}"),
            ("/mitid/retur", "/mitid/retur"),
            ("/personale/clinea/person/0000000000000007/funktioner", "/personale/{clinic}/person/{}/funktioner"),
            ("/personale/clinea/person/0000000000000000", "/personale/{clinic}/person/{}"),
            ("/2512489996", "/{}"),
            ("/demo/mails/3/html", "/demo/mails/{}/html"),
            ("/a/b/c/d/e/f/g/h/i", "/{}/{}/{}/{}/{}/{}/{}"),
        ];
        for (path, expected) in table {
            assert_eq!(pattern(path, &words, |segment| segment == "clinea"), expected);
        }
    }
}
