//! What the operator decides about the pages. What it decides about the portal is the core's.

use std::sync::Arc;

use patientportal_core::language::Language;

use crate::client_address::TrustedProxies;
use crate::staff::StaffAuthenticator;

/// What the operator decides about the pages.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WebSettings {
    /// Who runs the portal and whose terms are accepted.
    pub operator: String,
    /// The terms, as plain text: blank lines part paragraphs, a line beginning with `#` is a heading. Their version is
    /// the policy's.
    pub terms: Bilingual,
    /// Whom MitID is reached through, as in "you are sent on to …".
    pub identity_provider: Bilingual,
    /// What the foot of every page says about doctors out of hours (C8).
    pub out_of_hours: Option<Bilingual>,
    /// A line above every page, to mark a demonstration.
    pub banner: Option<Banner>,
    /// Who says which member of staff a request is from; absent: the portal's own sign-in, where it has one.
    pub staff: Option<StaffDoor>,
    /// The proxies that are believed about client addresses.
    pub trusted_proxies: TrustedProxies,
    /// Whether logging out empties the browser's cache and storage for this origin (L9). Off where an embedding
    /// program keeps things there that must outlive the portal's logout.
    pub clear_site_data: bool,
    /// Whether browsers shall use HTTPS for every host below the portal's too (HSTS `includeSubDomains`). On only where
    /// each of them has it.
    pub hsts_include_subdomains: bool,
    /// Whether requests for another host than the public address's are refused with 421. Off where a proxy rewrites
    /// `Host`; no link is built from it in any case.
    pub only_own_host: bool,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "there are two languages")]
pub struct Bilingual {
    /// In Danish.
    pub danish: String,
    /// In English.
    pub english: String,
}

/// A line above every page. What it says may change from page to page.
#[derive(Clone)]
pub struct Banner(Arc<dyn Fn(Language) -> String + Send + Sync>);

impl WebSettings {
    /// The defaults of `operator`, with its `terms`.
    #[must_use]
    pub fn new(operator: impl Into<String>, terms: Bilingual) -> Self {
        Self {
            operator: operator.into(),
            terms,
            identity_provider: Bilingual::new(CITIZEN_ACCESS_DANISH, CITIZEN_ACCESS_ENGLISH),
            out_of_hours: None,
            banner: None,
            staff: None,
            trusted_proxies: TrustedProxies::none(),
            clear_site_data: true,
            hsts_include_subdomains: false,
            only_own_host: false,
        }
    }
}

/// Who says which member of staff a request is from.
#[derive(Clone)]
pub struct StaffDoor(pub(crate) Arc<dyn StaffAuthenticator>);

impl StaffDoor {
    /// An embedding program's own.
    #[must_use]
    pub fn new(authenticator: impl StaffAuthenticator + 'static) -> Self {
        Self(Arc::new(authenticator))
    }
}

impl std::fmt::Debug for StaffDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffDoor")
    }
}

impl Banner {
    /// A banner that says what `says` answers.
    #[must_use]
    pub fn new(says: impl Fn(Language) -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(says))
    }

    /// What it says now.
    #[must_use]
    pub fn of(&self, language: Language) -> String {
        (self.0)(language)
    }
}

impl std::fmt::Debug for Banner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Banner")
    }
}

impl Bilingual {
    /// A text in Danish and English.
    pub fn new(danish: impl Into<String>, english: impl Into<String>) -> Self {
        Self { danish: danish.into(), english: english.into() }
    }

    /// The text in `language`.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        language.pick(&self.danish, &self.english)
    }
}

const CITIZEN_ACCESS_DANISH: &str = "Sundhedsdatastyrelsens borgeradgang";
const CITIZEN_ACCESS_ENGLISH: &str = "the citizen access of Sundhedsdatastyrelsen";
