//! The desk's part for members who cannot use MitID: renewing the account (S4), and a new CPR number (A11).

use patientportal_core::account::{IdentityStanding, MembershipState};
use patientportal_core::audit::IdentityCheck;
use patientportal_core::ids::AccountId;
use patientportal_core::portal::{ClinicMember, Portal, Staff};
use patientportal_core::refusal::Failure;

use super::form::{DEED, Posted};
use super::pages::button;

/// What was asked for.
pub(super) enum Deed {
    Renew { account: AccountId, check: IdentityCheck, email: String, tell_old: bool },
    ChangeNumber { account: AccountId, check: IdentityCheck, number: String },
}

/// What a form asks for, if it is one of these.
pub(super) fn deed(posted: &Posted) -> Option<Deed> {
    let typed = |name| posted.first(name).unwrap_or_default().to_owned();
    let check =
        || CHECKS.into_iter().find_map(|(word, check, ..)| (posted.first(CHECK) == Some(word)).then_some(check));
    Some(match posted.first(DEED)? {
        "renew" => {
            let tell_old = posted.first(SILENT).is_none();
            Deed::Renew { account: posted.account()?, check: check()?, email: typed(EMAIL), tell_old }
        }
        "change-number" => Deed::ChangeNumber { account: posted.account()?, check: check()?, number: typed(NUMBER) },
        _ => return None,
    })
}

pub(super) async fn carry_out(portal: &Portal, staff: &Staff, deed: Deed) -> Result<(), Failure> {
    match deed {
        Deed::Renew { account, check, email, tell_old } => {
            portal.renew_by_clinic(staff, account, check, &email, tell_old).await
        }
        Deed::ChangeNumber { account, check, number } => portal.change_number(staff, account, check, &number).await,
    }
}

/// What can be done for a member, a form's fields each.
pub(super) fn deeds(member: &ClinicMember) -> Vec<String> {
    let cannot_use_mitid =
        member.age < CHILD_BELOW || member.identity == IdentityStanding::Exempt || !member.is_activated;
    let here = &member.membership;
    if here.state != MembershipState::Active || here.linked_unseen || !cannot_use_mitid {
        return Vec::new();
    }
    let options: String = CHECKS
        .map(|(word, _, danish, english)| format!("<option value=\"{word}\">{danish} · {english}</option>"))
        .concat();
    let check = format!(
        "<label>Identitet kontrolleret · <span lang=\"en\">Identity checked by</span> \
         <select name=\"{CHECK}\">{options}</select></label>"
    );
    let renew = format!(
        "<label>Ny e-mail · <span lang=\"en\">New e-mail</span> <input name=\"{EMAIL}\" autocomplete=\"off\"></label>{check}\
         <label><input type=\"checkbox\" name=\"{SILENT}\" value=\"1\"> Skriv ikke til den gamle · \
         <span lang=\"en\">Do not tell the old one</span></label>{}",
        button("renew", "Forny brugeren", "Renew the user")
    );
    let number = format!(
        "<label>Nyt CPR-nummer · <span lang=\"en\">New CPR number</span> \
         <input name=\"{NUMBER}\" autocomplete=\"off\"></label>{check}{}",
        button("change-number", "Flyt til nyt nummer", "Move to new number")
    );
    vec![renew, number]
}

const CHECK: &str = "check";
const EMAIL: &str = "email";
const NUMBER: &str = "number";
const SILENT: &str = "silent";
const CHILD_BELOW: u16 = 15;
const CHECKS: [(&str, IdentityCheck, &str, &str); 3] = [
    ("photo-id", IdentityCheck::PhotoId, "Billedlegitimation", "photo ID"),
    ("known", IdentityCheck::KnownToStaff, "Kendt af personalet", "known to staff"),
    ("guardian-photo-id", IdentityCheck::GuardianPhotoId, "Forælders billedlegitimation", "a parent's photo ID"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_how_identity_was_checked_must_be_said() {
        for (word, expected, ..) in CHECKS {
            let body = format!("account=7&deed=renew&email=ny%40example.dk&check={word}&silent=1");
            let Some(Deed::Renew { check, email, tell_old, .. }) = deed(&Posted::parse(body.as_bytes())) else {
                panic!("{word}")
            };
            assert_eq!((check, email.as_str(), tell_old), (expected, "ny@example.dk", false));
        }
        for wrong in ["account=7&deed=renew&email=a", "account=7&deed=renew&check=x", "deed=renew&check=known", ""] {
            assert!(deed(&Posted::parse(wrong.as_bytes())).is_none(), "{wrong}");
        }
    }
}
