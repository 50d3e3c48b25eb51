//! The desk's part that creates users, sends their links again, and says who cannot use MitID (R7).

use patientportal_core::account::{IdentityStanding, MembershipState, Rights};
use patientportal_core::clinic::Clinic;
use patientportal_core::ids::AccountId;
use patientportal_core::language::Language;
use patientportal_core::portal::{ClinicMember, NewUser, Portal, Staff};
use patientportal_core::refusal::{Failure, Refusal};

use super::form::{DEED, Posted};
use super::pages::{button, rights_boxes};

/// What was asked for.
pub(super) enum Deed {
    Create(NewUser),
    Resend(AccountId),
    Exempt(AccountId),
    WithdrawExemption(AccountId),
}

/// What a form asks for, if it is one of these.
pub(super) fn deed(posted: &Posted, clinic: &Clinic) -> Option<Deed> {
    Some(match posted.first(DEED)? {
        "create" => Deed::Create(new_user(posted, clinic)),
        "resend" => Deed::Resend(posted.account()?),
        "exempt" => Deed::Exempt(posted.account()?),
        "withdraw-exemption" => Deed::WithdrawExemption(posted.account()?),
        _ => return None,
    })
}

pub(super) async fn carry_out(portal: &Portal, staff: &Staff, deed: Deed) -> Result<(), Failure> {
    match deed {
        Deed::Create(new) => portal.create_user(staff, &new).await.map(|_| ()),
        Deed::Resend(account) => portal.resend_activation(staff, account).await,
        Deed::Exempt(account) => portal.exempt(staff, account).await,
        Deed::WithdrawExemption(account) => portal.withdraw_exemption(staff, account).await,
    }
}

/// Why it was not done: of a form, what is wrong with its fields.
pub(super) fn told(refusal: &Refusal) -> String {
    match refusal {
        Refusal::InvalidForm(flaws) => {
            flaws.iter().map(|flaw| flaw.flaw.text(Language::Danish)).collect::<Vec<_>>().join(" ")
        }
        refusal => refusal.text(Language::Danish),
    }
}

/// What is known of who the user is.
pub(super) fn standing(member: &ClinicMember) -> &'static str {
    match member.identity {
        _ if !member.is_activated => " · ikke aktiveret · <span lang=\"en\">not activated</span>",
        IdentityStanding::Confirmed => "",
        IdentityStanding::Unconfirmed => {
            " · identitet ikke bekræftet · <span lang=\"en\">identity not confirmed</span>"
        }
        IdentityStanding::Exempt => " · kan ikke bruge MitID · <span lang=\"en\">cannot use MitID</span>",
    }
}

/// What can be done for a member, a form's fields each.
pub(super) fn deeds(member: &ClinicMember) -> Vec<String> {
    if member.membership.state != MembershipState::Active {
        return Vec::new();
    }
    let resend = (!member.is_activated).then(|| button("resend", "Send aktiveringslink igen", "Send the link again"));
    let exemption = match member.identity {
        IdentityStanding::Exempt => button("withdraw-exemption", "Kan bruge MitID nu", "Can use MitID now"),
        IdentityStanding::Confirmed | IdentityStanding::Unconfirmed => {
            button("exempt", "Kan ikke bruge MitID", "Cannot use MitID")
        }
    };
    resend.into_iter().chain([exemption]).collect()
}

/// The form that creates a user.
pub(super) fn form(clinic: &Clinic) -> String {
    let field = |(name, danish, english): (&str, &str, &str)| {
        format!(
            "<label for=\"ny-{name}\">{danish} · <span lang=\"en\">{english}</span></label>\
             <input id=\"ny-{name}\" name=\"{name}\" autocomplete=\"off\">"
        )
    };
    let fields: String = FIELDS.map(field).concat();
    let rights = rights_boxes(clinic, Rights::default());
    let exempt = format!(
        "<label><input type=\"checkbox\" name=\"{EXEMPT}\" value=\"1\"> Kan ikke bruge MitID · \
         <span lang=\"en\">Cannot use MitID</span></label>"
    );
    let submit = button("create", "Opret bruger", "Create user");
    format!(
        "<section><h2>Opret bruger · <span lang=\"en\">Create user</span></h2>\
         <form class=\"desk card\" method=\"post\" action=\"/demo/klinik/{}\">{fields}{rights}{exempt}{submit}</form></section>",
        clinic.slug
    )
}

fn new_user(posted: &Posted, clinic: &Clinic) -> NewUser {
    let typed = |name| posted.first(name).unwrap_or_default().to_owned();
    NewUser {
        cpr: typed(CPR),
        first_name: typed(FIRST_NAME),
        last_name: typed(LAST_NAME),
        email: typed(EMAIL),
        mobile: typed(MOBILE),
        language: Language::Danish,
        exempt: posted.first(EXEMPT).is_some(),
        rights: posted.rights(clinic),
    }
}

const CPR: &str = "cpr";
const FIRST_NAME: &str = "first-name";
const LAST_NAME: &str = "last-name";
const EMAIL: &str = "email";
const MOBILE: &str = "mobile";
const EXEMPT: &str = "exempt";
const FIELDS: [(&str, &str, &str); 5] = [
    (CPR, "CPR-nummer eller erstatningsnummer", "CPR number or replacement number"),
    (FIRST_NAME, "Fornavn", "First name"),
    (LAST_NAME, "Efternavn", "Last name"),
    (EMAIL, "E-mail", "E-mail"),
    (MOBILE, "Mobil (kan udelades)", "Mobile (optional)"),
];
