//! The configuration file as it is written: names and types only. What the values mean is judged in the files beside.

use std::collections::BTreeMap;
use std::path::PathBuf;

use patientportal_oidc::ClaimMapping;
use serde::Deserialize;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// The address and port to listen on, `127.0.0.1:8080` say.
    pub(super) listen: String,
    /// The portal's address as patients see it; a path in it is the prefix that the portal is mounted under.
    pub(super) public_url: String,
    /// Where everything is kept: `sqlite:` and a path, or `postgres://` and where it is.
    pub(super) database: String,
    /// How that PostgreSQL is used.
    pub(super) postgres: Option<Postgres>,
    /// The file of master keys; made when absent.
    pub(super) keys: PathBuf,
    /// The networks (CIDR) of proxies whose word on the client's address counts.
    #[serde(default)]
    pub(super) trusted_proxies: Vec<String>,
    /// The one header in which those proxies say it.
    #[serde(default)]
    pub(super) forwarded_header: ForwardedHeader,
    /// How MitID is reached.
    pub(super) mitid: MitId,
    /// Who vouches for staff; absent: they have no pages.
    pub(super) staff: Option<StaffTable>,
    /// How mail leaves.
    pub(super) mail: Mail,
    /// The terms of use.
    pub(super) terms: Terms,
    /// Numbers that differ from the defaults, by name.
    #[serde(default)]
    pub(super) limits: toml::Table,
    /// The audit trail.
    #[serde(default)]
    pub(super) audit: Audit,
    /// TLS by the server itself.
    pub(super) tls: Option<TlsTable>,
    /// What is measured.
    pub(super) metrics: Option<Metrics>,
    /// The pages.
    #[serde(default)]
    pub(super) web: Web,
    /// The clinics, in the order shown.
    #[serde(default)]
    pub(super) clinic: Vec<ClinicTable>,
}

/// `[tls]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TlsTable {
    /// The certificate and those that lead to its root, in PEM.
    pub(super) certificate: PathBuf,
    /// Its key, in PEM.
    pub(super) key: PathBuf,
}

/// `[metrics]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metrics {
    /// The address and port where they are read.
    #[serde(default = "metrics_listen")]
    pub(super) listen: String,
}

fn metrics_listen() -> String {
    "127.0.0.1:9464".to_owned()
}

/// `forwarded_header`
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ForwardedHeader {
    /// `X-Forwarded-For`
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239)
    Forwarded,
}

/// `[postgres]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Postgres {
    /// The file that holds the password, when it does not stand in `database`.
    pub(super) password_file: Option<PathBuf>,
    /// A file of certificates (PEM) to trust besides the machine's.
    pub(super) root_certificates: Option<PathBuf>,
    /// The schema that the tables are in.
    pub(super) schema: Option<String>,
    /// How many connections this process has at most.
    pub(super) connections: Option<i64>,
    /// How long connecting may take.
    pub(super) connect_timeout: Option<String>,
    /// How long to wait for a free connection.
    pub(super) pool_wait: Option<String>,
    /// How long a statement may take.
    pub(super) statement_timeout: Option<String>,
    /// How long a commit whose connection broke is tried again.
    pub(super) commit_patience: Option<String>,
}

/// `[mitid]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MitId {
    /// The broker's issuer identifier, letter for letter.
    pub(super) issuer: String,
    /// The client id that the broker gave.
    pub(super) client_id: String,
    /// The client secret; or it stands in a file.
    pub(super) client_secret: Option<String>,
    /// The file that holds the client secret.
    pub(super) client_secret_file: Option<PathBuf>,
    /// How the broker speaks: a preset's name, or `custom` with `[mitid.claims]`.
    pub(super) broker: String,
    /// Where a custom broker puts what.
    pub(super) claims: Option<ClaimMapping>,
    /// A file of certificates (PEM) to trust besides the machine's.
    pub(super) root_certificates: Option<PathBuf>,
}

/// `[staff]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffTable {
    /// The provider's issuer identifier, letter for letter.
    pub(super) issuer: String,
    /// The client id that the provider gave.
    pub(super) client_id: String,
    /// The client secret; or it stands in a file.
    pub(super) client_secret: Option<String>,
    /// The file that holds the client secret.
    pub(super) client_secret_file: Option<PathBuf>,
    /// Scopes to ask for besides `openid`.
    pub(super) scopes: Option<Vec<String>>,
    /// Further parameters of the authorization request.
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, String>,
    /// The claim with the id that the audit trail names.
    pub(super) id_claim: Option<String>,
    /// The claim with the name that pages show.
    pub(super) name_claim: Option<String>,
    /// The claim with the clinics.
    pub(super) clinic_claim: Option<String>,
    /// The claim with the role.
    pub(super) role_claim: Option<String>,
    /// What a secretary's role is called.
    pub(super) secretary: Option<String>,
    /// What an administrator's role is called.
    pub(super) administrator: Option<String>,
    /// What a value of the claim with the clinics is called here, where it is no slug.
    #[serde(default)]
    pub(super) clinics: BTreeMap<String, String>,
    /// Whether the claims are in the userinfo answer, and not in the ID token.
    #[serde(default)]
    pub(super) userinfo: bool,
    /// A file of certificates (PEM) to trust besides the machine's.
    pub(super) root_certificates: Option<PathBuf>,
}

/// `[mail]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mail {
    /// The mail server: `smtps://`, `smtp+starttls://` or, on this machine only, `smtp://`.
    pub(super) smtp: Option<String>,
    /// The mail server's password, when it does not stand in `smtp`.
    pub(super) password: Option<String>,
    /// The file that holds the mail server's password.
    pub(super) password_file: Option<PathBuf>,
    /// Instead of a mail server: a directory that gets one `.eml` file for each mail.
    pub(super) outbox: Option<PathBuf>,
    /// The sender: `Name <address>`, or an address alone.
    pub(super) from: String,
    /// A file of certificates (PEM) to trust besides the machine's.
    pub(super) root_certificates: Option<PathBuf>,
}

/// `[terms]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// Whose terms they are.
    pub(super) operator: String,
    /// Their version: users accept each new one.
    pub(super) version: String,
    /// Their text: blank lines part paragraphs, a line that begins with `#` is a heading. Absent: the built-in one.
    pub(super) file: Option<PathBuf>,
    /// Their text in English; absent: the same file.
    pub(super) file_en: Option<PathBuf>,
}

/// `[audit]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audit {
    /// The file that gets the roots of the trail.
    pub(super) roots: Option<PathBuf>,
}

/// `[web]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Web {
    /// What the MitID card calls the provider that one is sent on to.
    pub(super) provider: Option<BothLanguages>,
    /// What every page's foot says on doctors out of hours.
    pub(super) out_of_hours: Option<BothLanguages>,
    /// Whether requests for another host than the public address's are answered too.
    #[serde(default)]
    pub(super) any_host: bool,
}

/// A text in both languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BothLanguages {
    /// Danish.
    pub(super) da: String,
    /// English.
    pub(super) en: String,
}

/// `[[clinic]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClinicTable {
    /// Its place in addresses.
    pub(super) slug: String,
    /// Its name, as patients know it.
    pub(super) name: String,
    /// What mails call it, when the name would tell its speciality.
    pub(super) mail_name: Option<String>,
    /// Its own homepage.
    pub(super) homepage: Option<String>,
    /// Its telephone number.
    pub(super) phone: String,
    /// Who may become a user without staff.
    #[serde(default)]
    pub(super) registration: Registration,
    /// Who may register a child without staff.
    #[serde(default)]
    pub(super) children: Children,
    /// What it offers, in the order shown.
    #[serde(default)]
    pub(super) function: Vec<FunctionTable>,
    /// What it tells for a time, in the order shown.
    #[serde(default)]
    pub(super) message: Vec<MessageTable>,
    /// Where it is told in the morning how many requests wait.
    pub(super) notice_address: Option<String>,
    /// Its own system, if it has one that can be asked.
    pub(super) system: Option<SystemTable>,
}

/// `[clinic.system]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemTable {
    /// The address that the paths of its contract are appended to.
    pub(super) url: String,
    /// What it knows the portal by; or it stands in a file.
    pub(super) token: Option<String>,
    /// The file that holds the token.
    pub(super) token_file: Option<PathBuf>,
    /// A file of certificates (PEM) to trust besides the machine's.
    pub(super) root_certificates: Option<PathBuf>,
}

/// `children` of a clinic.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Children {
    /// Where nobody can tell who holds custody, the clinic approves.
    #[default]
    ByCustody,
    /// As for adults.
    Automatic,
}

/// `[[clinic.message]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageTable {
    /// From when it is shown, in Danish time.
    pub(super) from: Option<String>,
    /// Until when; a day is shown to its end.
    pub(super) until: Option<String>,
    /// What it says, in Danish.
    pub(super) text: String,
    /// What it says, in English.
    pub(super) text_en: String,
    /// The functions that are closed meanwhile.
    #[serde(default)]
    pub(super) closes: Vec<Kind>,
}

/// `registration` of a clinic.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Registration {
    /// An account works at once.
    #[default]
    Automatic,
    /// The clinic approves each.
    Approval,
    /// Only the clinic creates users.
    Off,
}

/// `[[clinic.function]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FunctionTable {
    /// Which of the three.
    pub(super) kind: Kind,
    /// What the clinic calls it.
    pub(super) title: String,
    /// Where it is; absent: a page of the portal's own.
    pub(super) target: Option<String>,
    /// Who must have logged in with MitID.
    #[serde(default)]
    pub(super) mitid: Demand,
}

/// `mitid` of a function.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Demand {
    /// Nobody.
    #[default]
    None,
    /// Everybody but those who cannot use MitID.
    WherePossible,
    /// Everybody.
    Always,
}

/// `kind` of a function.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// Tidsbestilling.
    Booking,
    /// E-konsultation.
    EConsultation,
    /// Receptfornyelse.
    PrescriptionRenewal,
}
