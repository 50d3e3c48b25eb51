//! The demonstration's clock: the machine's, which a page can put forward, so that birthdays and deadlines come. Everything
//! in the demonstration goes by it, the MitID-simulator too.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::header::LOCATION;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use patientportal_core::language::Language;
use patientportal_core::moment::Timestamp;
use patientportal_core::ports::Clock;

use super::origin::is_from_own_page;
use super::pages::{page, with_policy};
use crate::machine::SystemClock;
use crate::routes::{Answer, answer};

/// The clock. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct DemoClock(Arc<Inner>);

struct Inner {
    /// Milliseconds ahead of the machine's.
    ahead: AtomicI64,
    /// Where that is kept, since what is stored has the times of this clock.
    file: PathBuf,
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0.saturating_add(self.0.ahead.load(Ordering::SeqCst)))
    }
}

impl DemoClock {
    /// The clock as it was left in `folder`.
    ///
    /// # Errors
    /// When what is kept there cannot be read.
    pub(crate) fn in_folder(folder: &Path) -> io::Result<Self> {
        let file = folder.join("clock");
        let ahead = match fs::read_to_string(&file) {
            Ok(text) => text.trim().parse().map_err(io::Error::other)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        Ok(Self(Arc::new(Inner { ahead: AtomicI64::new(ahead), file })))
    }

    /// The day that it says, once it was moved.
    pub(crate) fn moved_to(&self, language: Language) -> Option<String> {
        let is_moved = self.0.ahead.load(Ordering::SeqCst) != 0;
        is_moved.then(|| self.now().copenhagen_day(language))
    }

    /// Whether its page stands at `path`.
    pub(crate) fn stands_at(path: &str) -> bool {
        path == ROOT
    }

    pub(crate) async fn respond(&self, request: Request<Incoming>, public_url: &str) -> Answer {
        match *request.method() {
            Method::GET | Method::HEAD => self.show(None),
            Method::POST if is_from_own_page(&request, public_url) => {
                match Limited::new(request.into_body(), LARGEST_FORM).collect().await {
                    Ok(body) => self.put_forward(&body.to_bytes()),
                    Err(_) => plain(StatusCode::BAD_REQUEST),
                }
            }
            Method::POST => plain(StatusCode::FORBIDDEN),
            _ => plain(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    fn put_forward(&self, body: &[u8]) -> Answer {
        let now = self.now();
        let target = form_urlencoded::parse(body).find_map(|(name, value)| match &*name {
            DAYS => {
                value.parse::<u64>().ok().filter(|days| *days > 0 && *days <= MOST_DAYS).map(|days| now + day(days))
            }
            MINUTES => value
                .parse::<u64>()
                .ok()
                .filter(|count| (1..=MOST_MINUTES).contains(count))
                .map(|count| now + minutes(count)),
            DATE => morning_of(&value),
            _ => None,
        });
        let Some(target) = target.filter(|target| *target > now && *target < now + day(MOST_DAYS)) else {
            let mut shown = self.show(Some(NOT_FORWARD));
            *shown.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return shown;
        };
        let ahead = self.0.ahead.load(Ordering::SeqCst) + (target.0 - now.0);
        if let Err(error) = fs::write(&self.0.file, ahead.to_string()) {
            tracing::error!(%error, "the clock cannot be kept");
            return plain(StatusCode::INTERNAL_SERVER_ERROR);
        }
        self.0.ahead.store(ahead, Ordering::SeqCst);
        let mut done = plain(StatusCode::SEE_OTHER);
        done.headers_mut().insert(LOCATION, HeaderValue::from_static(ROOT));
        done
    }

    fn show(&self, problem: Option<&str>) -> Answer {
        let now = self.now();
        let problem =
            problem.map_or_else(String::new, |text| format!("<div class=\"problems\" role=\"alert\">{text}</div>"));
        let button = |(unit, count, danish, english): (&str, u64, &str, &str)| {
            format!(
                "<p><button class=\"button\" name=\"{unit}\" value=\"{count}\">{danish} ·&nbsp;\
                 <span lang=\"en\">{english}</span></button></p>"
            )
        };
        let buttons: String = STEPS.map(button).concat();
        let date = now.copenhagen_date();
        let content = format!(
            "<h1>Ur · <span lang=\"en\">Clock</span></h1>{problem}\
             <p>Demonstrationen tror, at det er <strong>{danish} kl. {clock}</strong>. \
             <span lang=\"en\">The demonstration believes that it is {english}, {clock}.</span></p>\
             <p>Uret kan kun stilles frem. Den, der er logget ind imens, bliver logget ud. \
             <span lang=\"en\">The clock can only be put forward. Whoever is logged in meanwhile is logged out.</span></p>\
             <form class=\"desk\" method=\"post\" action=\"{ROOT}\">{buttons}</form>\
             <form class=\"desk card\" method=\"post\" action=\"{ROOT}\"><label for=\"dato\">Dato · \
             <span lang=\"en\">Date</span></label><input id=\"dato\" type=\"date\" name=\"{DATE}\" value=\"{date}\">\
             <p><button class=\"button\">Stil frem ·&nbsp;<span lang=\"en\">Put forward</span></button></p></form>\
             <p><a href=\"/demo/mails\">Mails</a> · <a href=\"/demo/klinik\">Klinik</a></p>",
            danish = now.copenhagen_day(Language::Danish),
            english = now.copenhagen_day(Language::English),
            clock = now.copenhagen_clock(),
        );
        with_policy(page("Ur", &content), POLICY)
    }
}

/// Eight in the morning of a day written `2031-10-13`.
fn morning_of(text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let zone = jiff::tz::TimeZone::get("Europe/Copenhagen").ok()?;
    Some(Timestamp(date.at(8, 0, 0, 0).to_zoned(zone).ok()?.timestamp().as_millisecond()))
}

fn day(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

fn plain(status: StatusCode) -> Answer {
    answer(status, "text/plain; charset=utf-8", "")
}

const ROOT: &str = "/demo/ur";
const DAYS: &str = "dage";
const DATE: &str = "dato";
const MINUTES: &str = "minutter";
const STEPS: [(&str, u64, &str, &str); 5] = [
    // Past the end of a session that is not used.
    (MINUTES, 22, "22 minutter frem", "22 minutes"),
    (DAYS, 1, "En dag frem", "A day"),
    (DAYS, 7, "En uge frem", "A week"),
    (DAYS, 31, "31 dage frem", "31 days"),
    (DAYS, 365, "365 dage frem", "365 days"),
];
const MOST_MINUTES: u64 = 24 * 60;
/// Further ahead no test person's number makes sense.
const MOST_DAYS: u64 = 20 * 365;
const LARGEST_FORM: usize = 1024;
const NOT_FORWARD: &str = "Vælg en dag efter i dag og højst tyve år frem. <span lang=\"en\">Choose a day after today, \
                           twenty years ahead at most.</span>";
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn it_is_put_forward_and_stays_so_after_a_restart() {
        let scratch = Scratch::new();
        let clock = DemoClock::in_folder(scratch.path()).unwrap();
        assert_eq!(clock.moved_to(Language::Danish), None);
        assert_eq!(clock.put_forward(b"dage=7").status(), StatusCode::SEE_OTHER);
        let again = DemoClock::in_folder(scratch.path()).unwrap();
        for clock in [clock, again] {
            let ahead = clock.now().0 - SystemClock.now().0;
            assert!((ahead - 7 * 86_400_000).abs() < 60_000, "{ahead}");
            assert!(clock.moved_to(Language::English).is_some());
        }
    }

    #[test]
    fn it_goes_to_the_morning_of_a_day_and_never_back() {
        let scratch = Scratch::new();
        let clock = DemoClock::in_folder(scratch.path()).unwrap();
        assert_eq!(clock.put_forward(b"dage=365").status(), StatusCode::SEE_OTHER);
        let later = (clock.now() + day(40)).copenhagen_date();
        assert_eq!(clock.put_forward(format!("dato={later}").as_bytes()).status(), StatusCode::SEE_OTHER);
        assert_eq!(clock.now().copenhagen_date(), later);
        let before = clock.now();
        assert_eq!(clock.put_forward(b"minutter=22").status(), StatusCode::SEE_OTHER);
        assert!(clock.now() >= before + minutes(22));
        for wrong in [
            "minutter=0",
            "minutter=9999",
            "dato=2020-01-01",
            "dato=2400-01-01",
            "dato=i+morgen",
            "dage=0",
            "dage=-1",
            "dage=99999999",
            "",
        ] {
            assert_eq!(clock.put_forward(wrong.as_bytes()).status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert_eq!(clock.now().copenhagen_date(), later);
    }
}
