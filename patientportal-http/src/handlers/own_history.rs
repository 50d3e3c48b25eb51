//! What happened to an account, and all that is held on its owner, for them alone (A7).

use bytes::Bytes;
use patientportal_core::account::{Contact, Membership};
use patientportal_core::audit::Actor;
use patientportal_core::clinic::Clinic;
use patientportal_core::ids::ClinicId;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::{HistoryEntry, OwnData};
use serde_json::{Value, json};

use super::{own_page, start};
use crate::links::{read_cursor, with_cursor, words};
use crate::pages::{HistoryPage, HistoryRow};
use crate::reply::{Handled, Reply};
use crate::texts::{OwnPageTexts, event_text};
use crate::visit::Visit;

pub(super) async fn show(visit: &Visit, clinic: &Clinic) -> Handled {
    let Some(principal) = &visit.principal else { return Ok(start::ask_to_log_in(visit, clinic, None)) };
    let after = visit.query.find(words::AFTER).and_then(read_cursor);
    let history = match visit.site.portal.own_history(principal, clinic.id, after).await {
        Ok(history) => history,
        Err(failure) => return own_page::elsewhere(visit, principal, clinic, failure),
    };
    let links = &visit.site.links;
    let next = |place| with_cursor(&links.history(&clinic.slug), place);
    Ok(Reply::page(&HistoryPage {
        frame: visit.frame(Some(clinic)),
        rows: history.entries.iter().map(|entry| row(visit, entry)).collect(),
        next: history.next.map(next),
        newest: after.map(|_| links.history(&clinic.slug)),
        back: links.own_page(&clinic.slug),
    }))
}

/// All that is held on a person, as a file: of nobody else a number, nor who of a clinic's staff it was.
pub(super) fn file(visit: &Visit, data: &OwnData) -> Bytes {
    let (person, account) = (&data.person, &data.account);
    let guardians = person.guardians.iter().map(|guardian| {
        json!({ "cpr": guardian.cpr.masked(), "since": time(guardian.since), "custody": format!("{:?}", guardian.custody) })
    });
    let heard = person.heard.iter().map(|heard| {
        let held = heard.contact.as_ref().map(contact);
        json!({ "clinic": name(visit, heard.clinic), "at": time(heard.at), "held": held })
    });
    let words = person.words.iter().map(|(clinic, words)| json!({ "clinic": name(visit, *clinic), "words": words }));
    let sessions = data.sessions.iter().map(|own| {
        json!({ "opened": time(own.session.opened), "last_seen": time(own.session.seen.start()),
            "proof": format!("{:?}", own.session.proof), "this": own.is_this })
    });
    let exemption = account.details.exemption.as_ref();
    let exemption = exemption.map(|of| json!({ "clinic": name(visit, of.clinic), "at": time(of.at) }));
    let before = account.details.former.as_ref().map(|former| {
        let suspended = former.suspended_at.iter().map(|clinic| name(visit, *clinic)).collect::<Vec<_>>();
        json!({ "closed": time(former.closed), "suspended_at": suspended })
    });
    let file = json!({
        "person": {
            "cpr": person.cpr.digits(),
            "former_cprs": person.former_cprs.iter().map(|cpr| cpr.digits()).collect::<Vec<_>>(),
            "first_name": person.first_name.as_str(),
            "last_name": person.last_name.as_str(),
            "name_by_mitid": person.vouched_name,
            "id_at_mitid": person.provider_subject,
            "reached_by": contact(&person.contact()),
            "guardians": guardians.collect::<Vec<_>>(),
        },
        "account": {
            "created": time(account.details.created),
            "language": account.details.language.tag(),
            "email_proved": account.details.email_proved,
            "terms": account.access.terms,
            "terms_accepted": time(account.details.terms_accepted),
            "identity": format!("{:?}", account.access.identity),
            "exemption": exemption,
            "closed_before": before,
        },
        "memberships": account.access.memberships.iter().map(|here| membership(visit, here)).collect::<Vec<_>>(),
        "held_by_clinics": heard.collect::<Vec<_>>(),
        "words_of_clinics": words.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "history": data.history.iter().map(|entry| happened(visit, entry)).collect::<Vec<_>>(),
    });
    Bytes::from(format!("{file:#}\n"))
}

fn membership(visit: &Visit, here: &Membership) -> Value {
    json!({
        "clinic": name(visit, here.clinic),
        "state": format!("{:?}", here.state),
        "since": time(here.since),
        "reason": here.reason.map(|reason| format!("{reason:?}")),
    })
}

fn happened(visit: &Visit, entry: &HistoryEntry) -> Value {
    json!({
        "at": time(entry.at),
        "what": event_text(entry.record.event, visit.language()),
        "event": format!("{:?}", entry.record.event),
        "by": format!("{:?}", entry.record.actor),
        "clinic": entry.clinic.map(|clinic| name(visit, clinic)),
    })
}

fn contact(contact: &Contact) -> Value {
    json!({
        "email": contact.email.as_ref().map(|email| email.as_str()),
        "mobile": contact.mobile.as_ref().map(|mobile| mobile.as_str()),
    })
}

fn row(visit: &Visit, entry: &HistoryEntry) -> HistoryRow {
    let texts = OwnPageTexts::of(visit.language());
    let who = match entry.record.actor {
        Actor::Visitor => texts.by_visitor,
        Actor::Patient => texts.by_you,
        Actor::Portal => texts.by_portal,
        Actor::Staff => texts.by_staff,
        Actor::Guardian => texts.by_guardian,
    };
    let who = match entry.clinic {
        Some(clinic) => format!("{who} · {}", name(visit, clinic)),
        None => who.to_owned(),
    };
    let when = format!("{}, {}", entry.at.copenhagen_day(visit.language()), entry.at.copenhagen_clock());
    HistoryRow { when, what: event_text(entry.record.event, visit.language()), who }
}

/// A clinic's name; its id where it is no longer here.
fn name(visit: &Visit, clinic: ClinicId) -> String {
    visit.site.portal.clinics().by_id(clinic).map_or_else(|| clinic.to_text(), |clinic| clinic.name.clone())
}

/// Copenhagen's date and time.
fn time(at: Timestamp) -> String {
    format!("{} {}", at.copenhagen_date(), at.copenhagen_clock_seconds())
}
