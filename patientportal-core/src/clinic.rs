//! Clinics: what the operator says of each (C1), and the directory that finds them by slug or id.

use std::collections::HashMap;
use std::sync::Arc;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::ids::ClinicId;
use crate::moment::Timestamp;
use crate::value::Email;

/// One practice: its own pages, settings and members.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clinic {
    /// Stable even when the slug changes.
    pub id: ClinicId,
    /// Its place in addresses.
    pub slug: String,
    /// Its name, as patients know it.
    pub name: String,
    /// What mails call it, when the name would tell its speciality (M2).
    pub mail_name: Option<String>,
    /// Its own homepage.
    pub homepage: Option<String>,
    /// Its telephone number, as shown and as a link.
    pub phone: String,
    /// Who may become a user without staff.
    pub registration: RegistrationMode,
    /// Who may register a child without staff (R3).
    pub children: ChildrenMode,
    /// What it offers, in the order shown.
    pub functions: Vec<Function>,
    /// Messages for its front page, each for a time, in the order shown (C8).
    pub messages: Vec<ClinicMessage>,
    /// Where it is told, once a day at most, how many requests wait (S5); `None`: nowhere.
    pub notice_address: Option<Email>,
}

/// Whether a child's registration needs the clinic's word where nobody can tell who holds custody (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ChildrenMode {
    /// Without the custody register's word the clinic approves, also where registration is automatic.
    #[default]
    ByCustody,
    /// As for adults: a guardian's MitID is enough.
    Automatic,
}

/// What a clinic tells its visitors for a time, and what is closed meanwhile (C8).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what an operator writes")]
pub struct ClinicMessage {
    /// From when it is shown.
    pub from: Timestamp,
    /// Until when; `None`: until it is taken away.
    pub until: Option<Timestamp>,
    /// What it says, in Danish.
    pub danish: String,
    /// What it says, in English.
    pub english: String,
    /// The functions that are closed for that time.
    pub closes: Vec<FunctionKind>,
}

impl ClinicMessage {
    /// Whether it is shown now.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// How self-registration works at a clinic (C1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RegistrationMode {
    /// Only the clinic creates users.
    Off,
    /// The clinic approves each.
    Approval,
    /// An account works at once.
    #[default]
    Automatic,
}

/// Something behind the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Which of the three.
    pub kind: FunctionKind,
    /// What the clinic calls it.
    pub title: String,
    /// Where it is; absent: a page of the portal's own.
    pub target: Option<String>,
    /// Whether it demands a MitID session (P2).
    pub mitid: MitIdDemand,
}

/// Who must have logged in with MitID to use a function (P2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MitIdDemand {
    /// Nobody: a code session is enough.
    #[default]
    None,
    /// Everybody but those who cannot use MitID: under 15, or exempt.
    WhereItCanBeUsed,
    /// Everybody: those who cannot use MitID call the clinic.
    OfEverybody,
}

/// The three functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum FunctionKind {
    /// Tidsbestilling.
    #[n(0)]
    Booking,
    /// E-konsultation.
    #[n(1)]
    EConsultation,
    /// Receptfornyelse.
    #[n(2)]
    PrescriptionRenewal,
}

/// All clinics of a portal. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ClinicDirectory(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    clinics: Vec<Clinic>,
    by_slug: HashMap<String, usize>,
    by_id: HashMap<ClinicId, usize>,
}

/// Why a set of clinics is no directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClinicError {
    /// A slug that is not 1 to 40 of `a-z`, `0-9` and inner hyphens.
    #[error("clinic slug {0:?} is not made of a-z, 0-9 and inner hyphens (40 at most)")]
    Slug(String),
    /// Two clinics with one slug or one id.
    #[error("clinic {0:?} is there twice")]
    Twice(String),
    /// A function that is there twice.
    #[error("clinic {0:?} offers a function twice")]
    FunctionTwice(String),
}

impl Clinic {
    /// A clinic with no functions yet; fields are public.
    #[must_use]
    pub fn new(slug: impl Into<String>, name: impl Into<String>, phone: impl Into<String>) -> Self {
        let slug = slug.into();
        Self {
            id: ClinicId::from_slug(&slug),
            slug,
            name: name.into(),
            mail_name: None,
            homepage: None,
            phone: phone.into(),
            registration: RegistrationMode::default(),
            children: ChildrenMode::default(),
            messages: Vec::new(),
            notice_address: None,
            functions: Vec::new(),
        }
    }

    /// The clinic's function of this kind, if it offers it.
    #[must_use]
    pub fn function(&self, kind: FunctionKind) -> Option<&Function> {
        self.functions.iter().find(|function| function.kind == kind)
    }

    /// The messages to show now.
    pub fn messages_at(&self, now: Timestamp) -> impl Iterator<Item = &ClinicMessage> {
        self.messages.iter().filter(move |message| message.holds_at(now))
    }

    /// Whether a function is offered and not closed for now (C8).
    #[must_use]
    pub fn is_open(&self, kind: FunctionKind, now: Timestamp) -> bool {
        self.function(kind).is_some() && !self.messages_at(now).any(|message| message.closes.contains(&kind))
    }

    /// What mails call it.
    #[must_use]
    pub fn name_in_mails(&self) -> &str {
        self.mail_name.as_deref().unwrap_or(&self.name)
    }
}

impl FunctionKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Booking, Self::EConsultation, Self::PrescriptionRenewal];

    /// Its name in configuration.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Booking => "booking",
            Self::EConsultation => "e-consultation",
            Self::PrescriptionRenewal => "prescription-renewal",
        }
    }
}

impl ClinicId {
    /// The id of a clinic whose operator set none: 63 bits of the slug's SHA-256.
    #[must_use]
    pub fn from_slug(slug: &str) -> Self {
        let digest = Sha256::digest(slug.as_bytes());
        let first = digest.iter().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        Self(first >> 1)
    }

    /// The id in addresses that may not tell the slug.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{:016x}", self.0)
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let id = u64::from_str_radix(text, 16).ok().map(Self)?;
        (id.to_text() == text).then_some(id)
    }
}

impl ClinicDirectory {
    /// A directory of `clinics`, in their order.
    ///
    /// # Errors
    /// [`ClinicError`] names the clinic that does not fit.
    pub fn new(clinics: Vec<Clinic>) -> Result<Self, ClinicError> {
        let mut inner = Inner::default();
        for (at, clinic) in clinics.iter().enumerate() {
            if !is_slug(&clinic.slug) {
                return Err(ClinicError::Slug(clinic.slug.clone()));
            }
            let slug_is_new = inner.by_slug.insert(clinic.slug.clone(), at).is_none();
            if !slug_is_new || inner.by_id.insert(clinic.id, at).is_some() {
                return Err(ClinicError::Twice(clinic.slug.clone()));
            }
            let mut kinds: Vec<_> = clinic.functions.iter().map(|function| function.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            if kinds.len() != clinic.functions.len() {
                return Err(ClinicError::FunctionTwice(clinic.slug.clone()));
            }
        }
        inner.clinics = clinics;
        Ok(Self(Arc::new(inner)))
    }

    /// The clinic at this place in addresses.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&Clinic> {
        self.0.clinics.get(*self.0.by_slug.get(slug)?)
    }

    /// The clinic with this id.
    #[must_use]
    pub fn by_id(&self, id: ClinicId) -> Option<&Clinic> {
        self.0.clinics.get(*self.0.by_id.get(&id)?)
    }

    /// All of them, in the operator's order.
    pub fn iter(&self) -> impl Iterator<Item = &Clinic> {
        self.0.clinics.iter()
    }
}

fn is_slug(slug: &str) -> bool {
    let fits = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    fits && (1..=40).contains(&slug.len()) && !slug.starts_with('-') && !slug.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_finds_clinics_by_slug_and_id_and_refuses_doubles() {
        let directory =
            ClinicDirectory::new(vec![Clinic::new("clinea", "Clinea", "1"), Clinic::new("b-2", "B", "2")]).unwrap();
        let clinea = directory.by_slug("clinea").unwrap();
        assert_eq!(directory.by_id(clinea.id).unwrap().name, "Clinea");
        assert!(directory.by_slug("unknown").is_none());
        let twice = ClinicDirectory::new(vec![Clinic::new("a", "A", "1"), Clinic::new("a", "B", "2")]);
        assert_eq!(twice.unwrap_err(), ClinicError::Twice("a".into()));
        for slug in ["", "A", "-a", "a-", "a/b", "æ"] {
            assert_eq!(
                ClinicDirectory::new(vec![Clinic::new(slug, "A", "1")]).unwrap_err(),
                ClinicError::Slug(slug.into())
            );
        }
    }
}
