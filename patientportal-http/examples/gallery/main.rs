//! Writes every page, filled with samples, into `target/gallery`, to be looked at in a browser without a server:
//! `cargo run -p patientportal-http --example gallery`.

mod activation;
mod children;

use std::error::Error;
use std::fs;
use std::path::Path;

use askama::Template;
use patientportal_core::account::{Membership, MembershipState, RefusalReason};
use patientportal_core::clinic::FunctionKind;
use patientportal_core::ids::ClinicId;
use patientportal_core::language::Language;
use patientportal_core::moment::Timestamp;
use patientportal_core::policy::{Denial, Policy};
use patientportal_core::portal::RegistrationForm;
use patientportal_core::refusal::{Flaw, Refusal};
use patientportal_core::value::{NameError, PasswordError, PasswordPolicy};
use patientportal_http::links::Links;
use patientportal_http::pages::*;
use patientportal_http::texts::FieldTexts;
use patientportal_http::{Bilingual, WebSettings, assets};

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    for language in [Language::Danish, Language::English] {
        let gallery = Gallery { language };
        gallery.ways_in()?;
        gallery.registration()?;
        gallery.login_and_recovery()?;
        gallery.activation()?;
        gallery.mitid()?;
        gallery.logged_in()?;
        gallery.contact()?;
        gallery.reading()?;
        gallery.refusals()?;
        gallery.errors()?;
    }
    let assets_folder = Path::new(FOLDER).join("assets");
    fs::create_dir_all(&assets_folder)?;
    for asset in [assets::stylesheet(), assets::script(), assets::icon()] {
        fs::write(assets_folder.join(asset.name()), asset.content())?;
    }
    Ok(())
}

struct Gallery {
    language: Language,
}

impl Gallery {
    fn ways_in(&self) -> Outcome {
        self.write("root", &RootPage { frame: self.bare(), clinics: Vec::new(), own_page: None })?;
        let mut known = self.bare();
        known.person = Some(person());
        let waits = membership_label(MembershipState::Pending, self.language);
        let clinics = [("Lægerne Havnegade", None), ("Speciallægen ved Åen", waits)];
        let clinics = clinics.map(|(name, state)| RootClinic { name: name.into(), href: "#".into(), state }).into();
        self.write("root-known", &RootPage { frame: known, clinics, own_page: Some("#".into()) })?;
        self.write("front", &self.front())?;
        let mut entry = self.front();
        entry.function = Some(FrontFunction {
            title: "Receptfornyelse".into(),
            notice: Some(function_notice(FunctionKind::PrescriptionRenewal, &phone(), self.language)),
            closed: false,
        });
        self.write("front-function", &entry)?;
        entry.function = entry.function.map(|function| FrontFunction { closed: true, ..function });
        entry.messages = vec![self.news()];
        self.write("front-closed", &entry)?;
        let mut closed = self.front();
        closed.mitid_available = false;
        closed.registration_open = false;
        closed.function = Some(FrontFunction { title: "E-konsultation".into(), notice: None, closed: false });
        let missing = Flaw::Password(PasswordError::Missing).text(self.language);
        closed.form = Form::log_in("251248-9996", true, self.language)
            .with_problems(vec![self.overall(&Refusal::WrongCredentials), Problem::with("adgangskode", missing)]);
        self.write("front-trouble", &closed)
    }

    fn registration(&self) -> Outcome {
        let nothing = RegistrationForm::default();
        self.write("register", &self.registration_page(false, self.registration_form(&nothing, false)))?;
        self.write("register-proven", &self.registration_page(true, self.registration_form(&nothing, true)))?;
        let typed = RegistrationForm {
            cpr: "251248-9996".into(),
            first_name: "Nancy Ann".into(),
            email: "nancy@example.dk".into(),
            email_again: "nancy@example.com".into(),
            ..nothing
        };
        let problem = |field, flaw: Flaw| Problem::with(field, flaw.text(self.language));
        let form = self.registration_form(&typed, false).with_problems(vec![
            problem("efternavn", Flaw::Name(NameError::Missing)),
            problem("email-igen", Flaw::EmailsDiffer),
            problem("adgangskode", Flaw::Password(PasswordError::TooShort)),
        ]);
        self.write("register-trouble", &self.registration_page(false, form))?;
        self.write("register-off", &registration_closed_page(self.frame()))?;
        self.children()
    }

    fn code_entry(&self, form: Form) -> CodeEntry {
        CodeEntry {
            address: "n•••@example.dk".into(),
            numbers: self.numbers(),
            reference: Some("KT".into()),
            resend_at: Some("14:06:30".into()),
            resent: false,
            not_resent: None,
            form,
            action: "#".into(),
            resend: "#".into(),
        }
    }

    fn login_and_recovery(&self) -> Outcome {
        let mut code = CodePage {
            frame: self.frame(),
            entry: self.code_entry(Form::security_code("f", Some("KT"), self.language)),
            start_over: "#".into(),
            phone: phone(),
        };
        self.write("code", &code)?;
        let later = Refusal::all().into_iter().find(|refusal| matches!(refusal, Refusal::NextCodeLater { .. }));
        code.entry.not_resent = later.map(|refusal| refusal.text(self.language));
        self.write("code-not-resent", &code)?;
        (code.entry.not_resent, code.entry.reference) = (None, None);
        code.entry.form = Form::security_code("f", None, self.language);
        self.write("code-unsent", &code)?;
        (code.entry.reference, code.entry.form) =
            (Some("KT".into()), Form::security_code("f", Some("KT"), self.language));
        code.entry.form =
            code.entry.form.with_problems(vec![Problem::with("kode", Refusal::WrongCode.text(self.language))]);
        (code.entry.resend_at, code.entry.resent) = (None, true);
        self.write("code-wrong", &code)?;
        let form = Form::recovery("", false, "", self.language);
        self.write("forgot", &RecoveryPage { frame: self.frame(), form, action: "#".into(), back: "#".into() })?;
        self.write("forgot-sent", &recovery_sent_page(self.frame(), &self.numbers(), None))?;
        let form = Form::new_password(&PasswordPolicy::guide(), self.language);
        self.write("reset", &ResetPage { frame: self.bare(), form, action: "#".into() })?;
        self.write("reset-dead", &dead_link_page(self.bare()))?;
        self.write("reset-other-link", &other_link_page(self.bare()))?;
        self.write("reset-done", &reset_done_page(self.frame()))?;
        self.write("logged-out", &logged_out_page(self.bare()))
    }

    fn mitid(&self) -> Outcome {
        let url = "https://mitid.example/authorize?client_id=portal&state=x".to_owned();
        let leaving = DeparturePage { frame: self.frame(), url, ends_session: false, by_guardian: false };
        self.write("mitid-leaving", &leaving)?;
        self.write("mitid-leaving-guardian", &DeparturePage { by_guardian: true, ..leaving })?;
        let label = FieldTexts::of(self.language).cpr;
        let hide = FieldTexts::of(self.language).hide_cpr;
        let form = Form::of(vec![Field::cpr("cpr", label, false, "", self.language), Field::hide_box(hide, false)]);
        self.write("mitid-ask-cpr", &AskCprPage { frame: self.frame(), form, action: "#".into() })
    }

    /// Each refusal as a page of its own, and as a notice above the front page.
    fn refusals(&self) -> Outcome {
        for refusal in Refusal::all() {
            let name = format!("refusal-{}", refusal.code());
            self.write(&name, &refusal_page(self.frame(), &refusal))?;
        }
        let mut front = self.front();
        front.frame.notice = Some(refusal_notice(&Refusal::MitIdAborted, self.language));
        self.write("front-aborted", &front)?;
        let (denial, function) = (Denial::AssuranceNeeded, FunctionKind::Booking);
        self.write("function-refused", &function_refused_page(self.known(), denial, function, None))
    }

    fn contact(&self) -> Outcome {
        let texts = FieldTexts::of(self.language);
        let compared =
            [(texts.email, "nancy@example.dk", Some("gammel@example.dk")), (texts.mobile, "20 12 34 56", None)];
        let compared = compared.map(|(label, own, theirs): (_, &str, Option<&str>)| {
            Compared::new(label, Some(own.into()), theirs.map(str::to_owned))
        });
        let page = ContactPage {
            frame: self.known(),
            compared: compared.into(),
            form: Form::contact("nancy@example.dk", "20 12 34 56", true, self.language),
            action: "#".into(),
        };
        self.write("contact", &page)?;
        let mut proof = EmailProofPage {
            frame: self.known(),
            entry: self.code_entry(Form::email_code(Some("KT"), self.language)),
            correct: Some("#".into()),
            go_on: Some("#".into()),
        };
        self.write("email-proof", &proof)?;
        (proof.entry.reference, proof.entry.form) = (None, Form::email_code(None, self.language));
        self.write("email-proof-must-wait", &proof)
    }

    fn logged_in(&self) -> Outcome {
        let kinds = FunctionKind::ALL.into_iter().zip(["Tidsbestilling", "E-konsultation", "Receptfornyelse"]);
        let functions = kinds.map(|(kind, title)| FunctionCard {
            kind,
            title: title.into(),
            notice: function_notice(kind, &phone(), self.language),
            href: "#".into(),
            own_login: kind == FunctionKind::EConsultation,
            closed: match kind {
                FunctionKind::Booking => None,
                FunctionKind::EConsultation => Some(Denial::FunctionClosed),
                FunctionKind::PrescriptionRenewal => Some(Denial::RightRemoved),
            },
            readable: kind == FunctionKind::EConsultation,
        });
        let start = StartPage {
            frame: self.known(),
            clinic: clinic().name,
            messages: vec![self.news()],
            functions: functions.collect(),
            has_other_clinics: true,
            late_form: Some("#".into()),
        };
        self.write("start", &start)?;
        let kind = FunctionKind::Booking;
        let page = FunctionPage {
            frame: self.known(),
            clinic: clinic().name,
            kind,
            title: "Tidsbestilling".into(),
            notice: function_notice(kind, &phone(), self.language),
        };
        self.write("function", &page)?;
        let (operator, version, action) = ("Havnens Drift".into(), "2".into(), "#".into());
        let form = Form::default();
        self.write("step-terms", &AcceptTermsPage { frame: self.known(), operator, version, form, action })?;
        self.write("session-over", &session_over_page(self.frame()))?;
        self.write("late-form", &late_form_page(self.known(), "klinik", "Ret mobil", "14:05"))?;
        self.memberships()
    }

    fn memberships(&self) -> Outcome {
        let (action, form) = ("#".into(), Form::default());
        let (clinic, earlier) = (clinic().name, None);
        let mut join = JoinPage { frame: self.known(), clinic, asks: false, earlier, form, action };
        self.write("step-join", &join)?;
        let mut refused = Membership::pending(ClinicId(1), NOW);
        (refused.state, refused.reason) = (MembershipState::Refused, Some(RefusalReason::DetailsDoNotFit));
        let words = Some("Du står her under et andet navn.\nTag dit sundhedskort med, når du kommer.".into());
        (join.asks, join.earlier) = (true, EarlierRequest::of(&refused, words, false, self.language));
        self.write("step-join-again", &join)?;
        if let Some(earlier) = EarlierRequest::of(&refused, None, true, self.language) {
            self.write("request-refused", &ended_request_page(self.known(), earlier))?;
        }
        let until = NOW + Policy::default().request_life;
        self.write("waiting", &waiting_page(self.known(), &join.clinic, NOW, until, "#".into()))
    }

    fn reading(&self) -> Outcome {
        let provider = self.provider();
        self.write("help", &HelpPage { frame: self.frame(), provider: provider.clone(), numbers: self.numbers() })?;
        self.write("help-known", &HelpPage { frame: self.known(), provider, numbers: self.numbers() })?;
        self.write(
            "cookies",
            &CookiesPage { frame: self.bare(), operator: "Havnens Drift".into(), numbers: self.numbers() },
        )?;
        let blocks = terms_blocks(
            "Vilkårene gælder, når du bruger portalen.\n\n# Dit login\nDet er personligt.\nGiv det ikke videre.",
        );
        self.write(
            "terms",
            &TermsPage { frame: self.bare(), operator: "Havnens Drift".into(), version: "1".into(), blocks },
        )
    }

    fn errors(&self) -> Outcome {
        for (status, kind) in [
            (400, ErrorKind::BadRequest),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (405, ErrorKind::MethodNotAllowed),
            (413, ErrorKind::TooLarge),
            (500, ErrorKind::Fault),
            (503, ErrorKind::Busy),
        ] {
            self.write(&format!("error-{status}"), &error_page(self.frame(), kind))?;
        }
        Ok(())
    }

    fn front(&self) -> FrontPage {
        FrontPage {
            frame: self.frame(),
            clinic: clinic().name,
            phone: phone(),
            function: None,
            messages: Vec::new(),
            provider: self.provider(),
            mitid_available: true,
            registration_open: true,
            form: Form::log_in("", false, self.language),
            log_in: "#".into(),
            mitid: "#".into(),
            forgot: "#".into(),
            register: "#".into(),
            register_child: "#".into(),
        }
    }

    fn registration_form(&self, typed: &RegistrationForm, proven: bool) -> Form {
        Form::registration(typed, !typed.cpr.is_empty(), proven, &PasswordPolicy::guide(), self.language)
    }

    fn registration_page(&self, proven: bool, form: Form) -> RegistrationPage {
        RegistrationPage {
            frame: self.frame(),
            proven,
            numbers: self.numbers(),
            phone: phone(),
            form,
            action: "#".into(),
            provider: self.provider(),
            mitid_available: true,
            operator: "Havnens Drift".into(),
            asks: proven,
        }
    }

    fn news(&self) -> ClinicNews {
        let text = "Klinikken holder ferie fra den 21. december.\nVi er tilbage den 4. januar.".into();
        ClinicNews { text, closes: Some("E-konsultation".into()) }
    }

    fn overall(&self, refusal: &Refusal) -> Problem {
        Problem::overall(refusal.text(self.language))
    }

    fn provider(&self) -> String {
        WebSettings::new("", Bilingual::default()).identity_provider.of(self.language).into()
    }

    fn numbers(&self) -> Numbers {
        Numbers::of(&Policy::default(), self.language)
    }

    fn bare(&self) -> Frame {
        let mut frame = Frame::default();
        frame.language = self.language;
        frame.links = Links::under(".");
        frame.out_of_hours = Some("Lægevagten 70 11 00 00 hverdage 16–8".into());
        frame
    }

    fn frame(&self) -> Frame {
        let mut frame = self.bare();
        frame.clinic = Some(clinic());
        frame
    }

    fn known(&self) -> Frame {
        let mut frame = self.frame();
        frame.person = Some(person());
        frame
    }

    fn write(&self, name: &str, page: &impl Template) -> Outcome {
        fs::create_dir_all(FOLDER)?;
        let file = format!("{name}.{}.html", self.language.tag()).to_lowercase();
        fs::write(Path::new(FOLDER).join(file), page.render()?)?;
        Ok(())
    }
}

fn clinic() -> FrameClinic {
    FrameClinic {
        name: "Lægerne Havnegade".into(),
        slug: "havnegade".into(),
        phone: phone(),
        homepage: Some("https://havnegade.example".into()),
    }
}

fn person() -> Person {
    Person { name: "Nancy Ann Test Berggren".into(), session_ends: Some("14:25".into()) }
}

fn phone() -> Phone {
    Phone::new("86 00 00 00")
}

/// Monday 23 November 2026 in the morning.
const NOW: Timestamp = Timestamp(1_795_420_800_000);
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/gallery");
