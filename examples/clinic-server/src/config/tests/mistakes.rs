//! Mistakes, each with its sentence.

/// What stands in the good file, what is put in its place, and what is said of it.
pub(super) const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "listen = \"127.0.0.1:8080\"",
        "listen = \"8080\"",
        "portal.toml, line 1: `listen` must be an address and a port, like 127.0.0.1:8080",
    ),
    ("listen = \"127.0.0.1:8080\"\n", "", "portal.toml: `listen` is missing"),
    ("broker = \"idura\"", "", "portal.toml, line 7: `broker` is missing"),
    ("keys = \"portal.keys\"", "keys = ", "portal.toml, line 4: string values must be quoted, expected literal string"),
    (
        "https://portal.example.dk\"",
        "http://portal.example.dk\"",
        "portal.toml, line 2: `public_url` must begin with https:// (http:// is for this machine only)",
    ),
    (
        "https://portal.example.dk\"",
        "portal\"",
        "portal.toml, line 2: `public_url` is not an address like https://portal.example.dk",
    ),
    (
        "https://portal.example.dk\"",
        "https://portal.example.dk/?a\"",
        "portal.toml, line 2: `public_url` must end before any ? or #",
    ),
    (
        "sqlite:portal.db",
        "mysql://localhost",
        "portal.toml, line 3: `database` must be `sqlite:` and a path, like sqlite:portal.db, or begin with postgres://",
    ),
    (
        "sqlite:portal.db",
        "sqlite:nowhere/portal.db",
        "portal.toml, line 3: `database` lies in nowhere, which is not a directory",
    ),
    (
        "\"portal.keys\"",
        "\"nowhere/portal.keys\"",
        "portal.toml, line 4: `keys` lies in nowhere, which is not a directory",
    ),
    (
        "\"::1\"",
        "\"10.0.0.0/64\"",
        "portal.toml, line 5: `trusted_proxies` holds \"10.0.0.0/64\", which is no network like 10.0.0.0/8",
    ),
    (
        "broker = \"idura\"",
        "broker = \"idura2\"",
        "portal.toml, line 11: `mitid.broker` is \"idura2\"; there are nets, nets-match, idura, signicat and custom",
    ),
    (
        "broker = \"idura\"",
        "broker = \"custom\"",
        "portal.toml, line 11: `mitid.broker` is \"custom\" and needs [mitid.claims]",
    ),
    (
        "https://clinic.idura.broker",
        "http://clinic.idura.broker",
        "portal.toml, line 8: `mitid.issuer` must be https (http is for loopback only)",
    ),
    (
        "https://clinic.idura.broker",
        "http://127.0.0.1:9090",
        "portal.toml, line 8: `mitid.issuer` must be https (http is for a portal whose `public_url` is on this machine)",
    ),
    ("client_id = \"portal\"", "client_id = \"\"", "portal.toml, line 9: `mitid.client_id` is empty"),
    (
        "client_secret_file = \"mitid.secret\"",
        "",
        "portal.toml, line 7: `mitid` needs `client_secret` or `client_secret_file`",
    ),
    (
        "client_id = \"portal\"",
        "client_id = \"portal\"\nclient_secret = \"x\"",
        "portal.toml, line 11: `mitid.client_secret_file` stands beside `mitid.client_secret`; keep one of them",
    ),
    (
        "\"mitid.secret\"",
        "\"nowhere\"",
        "portal.toml, line 10: `mitid.client_secret_file` names nowhere, which cannot be read: \
         No such file or directory (os error 2)",
    ),
    ("\"mitid.secret\"", "\"empty\"", "portal.toml, line 10: `mitid.client_secret_file` is empty"),
    (
        "smtp = \"smtps://portal@mail.example.dk\"\npassword = \"pw\"",
        "",
        "portal.toml, line 13: `mail` needs `smtp` or `outbox`",
    ),
    (
        "password = \"pw\"",
        "outbox = \"mails\"",
        "portal.toml, line 15: `mail.outbox` stands beside `smtp`; keep one of them",
    ),
    (
        "smtp = \"smtps://portal@mail.example.dk\"",
        "outbox = \"mails\"",
        "portal.toml, line 15: `mail.password` is for `smtp` only",
    ),
    (
        "smtps://portal@mail",
        "smtp://mail",
        "portal.toml, line 14: `mail.smtp` cannot be used: smtp:// without TLS is for loopback hosts only; \
         use smtps:// or smtp+starttls://",
    ),
    (
        "Patientportalen <no-reply@example.dk>",
        "Patientportalen",
        "portal.toml, line 16: `mail.from` must be an e-mail address, or a name and one: \
         Patientportalen <no-reply@example.dk>",
    ),
    ("operator = \"Klinikkerne I/S\"", "operator = \" \"", "portal.toml, line 19: `terms.operator` is empty"),
    (
        "\"terms.md\"",
        "\"nowhere.md\"",
        "portal.toml, line 21: `terms.file` names nowhere.md, which cannot be read: \
         No such file or directory (os error 2)",
    ),
    (
        "\"clinea\"",
        "\"Clinea\"",
        "portal.toml, line 30: `clinic.slug` \"Clinea\" is not made of a-z, 0-9 and inner hyphens (40 at most)",
    ),
    (
        "\"clinea\"",
        "\"mitid\"",
        "portal.toml, line 30: `clinic.slug` may not be \"mitid\": pages of the portal stand there",
    ),
    (
        "\"clinea\"",
        "\"readyz\"",
        "portal.toml, line 30: `clinic.slug` may not be \"readyz\": pages of the portal stand there",
    ),
    ("\"skovby\"", "\"clinea\"", "portal.toml, line 41: `clinic.slug` \"clinea\" is another clinic's"),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\nnotice_address = \"post\"",
        "portal.toml, line 45: `clinic.notice_address` must be an e-mail address",
    ),
    (
        "phone = \"70",
        "phone = \"x70",
        "portal.toml, line 43: `clinic.phone` must be a telephone number of digits, spaces and a leading +",
    ),
    (
        "\"https://clinea.example/tid\"",
        "\"javascript:alert(1)\"",
        "portal.toml, line 38: `clinic.function.target` must be an address like https://clinic.example/booking \
         (http:// is for a portal on this machine)",
    ),
    (
        "\"https://clinea.example/tid\"",
        "\"http://clinea.example/tid\"",
        "portal.toml, line 38: `clinic.function.target` must be an address like https://clinic.example/booking \
         (http:// is for a portal on this machine)",
    ),
    (
        "\"https://clinea.example/tid\"",
        "\"//clinea.example/tid\"",
        "portal.toml, line 38: `clinic.function.target` must be an address like https://clinic.example/booking \
         (http:// is for a portal on this machine)",
    ),
    (
        "kind = \"booking\"",
        "kind = \"chat\"",
        "portal.toml, line 36: unknown variant `chat`, expected one of `booking`, `e-consultation`, `prescription-renewal`",
    ),
    (
        "[[clinic]]\nslug = \"skovby\"",
        "[[clinic.function]]\nkind = \"booking\"\ntitle = \"B\"\n[[clinic]]\nslug = \"skovby\"",
        "portal.toml, line 35: `clinic.function` has one kind twice",
    ),
    (
        "registration = \"approval\"",
        "registration = \"maybe\"",
        "portal.toml, line 44: unknown variant `maybe`, expected one of `automatic`, `approval`, `off`",
    ),
    (
        "[limits]",
        "[limit]",
        "portal.toml, line 23: unknown field `limit`, expected one of `listen`, `public_url`, `database`, \
         `postgres`, `keys`, `trusted_proxies`, `forwarded_header`, `mitid`, `staff`, `mail`, `terms`, \
         `limits`, `audit`, `tls`, `metrics`, `web`, `clinic`",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[[clinic.message]]\ntext = \"A\"\ntext_en = \" \"",
        "portal.toml, line 47: `clinic.message.text_en` is empty",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[[clinic.message]]\ntext = \"A\"\ntext_en = \"B\"\nfrom = \"jul\"",
        "portal.toml, line 48: `clinic.message.from` is no time like 2026-12-21 or 2026-12-21 08:00",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[[clinic.message]]\ntext = \"A\"\ntext_en = \"B\"\nfrom = \"2026-12-21\"\nuntil = \"2026-12-20\"",
        "portal.toml, line 49: `clinic.message.until` is not after `from`",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[[clinic.message]]\ntext = \"A\"\ntext_en = \"B\"\ncloses = [\"booking\"]",
        "portal.toml, line 48: `clinic.message.closes` names a function that the clinic does not offer",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[clinic.system]\nurl = \"http://journal.example.dk\"\ntoken = \"t\"",
        "portal.toml, line 46: `clinic.system.url` must be https (http is for loopback only)",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[clinic.system]\nurl = \"https://journal.example.dk/?a\"\ntoken = \"t\"",
        "portal.toml, line 46: `clinic.system.url` has a query or a fragment",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[clinic.system]\nurl = \"https://journal.example.dk\"",
        "portal.toml, line 45: `clinic.system` needs `token` or `token_file`",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[clinic.system]\nurl = \"https://journal.example.dk\"\ntoken = \"a b\"",
        "portal.toml, line 47: `clinic.system.token` must be visible ASCII characters without spaces",
    ),
    (
        "registration = \"approval\"",
        "registration = \"approval\"\n[clinic.system]\nurl = \"https://journal.example.dk\"\ntoken = \"t\"\nroot_certificates = \"terms.md\"",
        "portal.toml, line 48: `clinic.system.root_certificates` holds no list of PEM certificates",
    ),
];
