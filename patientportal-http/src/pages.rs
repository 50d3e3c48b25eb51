//! The pages: one struct of plain data each, which a template of the same name renders. No page knows where its data
//! came from, so an embedding program can fill and render them too.

mod activation;
mod child;
mod code;
mod contact;
mod error;
pub(crate) mod form;
mod frame;
mod front;
mod help;
mod membership;
mod message;
mod mitid;
mod notice;
mod numbers;
mod own_page;
mod recovery;
mod refusal;
mod registration;
mod renewal;
mod staff;
mod start;
mod stay;
mod step;
mod terms;

pub use activation::{
    ActivationPage, ChoosePasswordPage, activated_page, activation_sent_page, confirm_identity_page,
    dead_activation_page, expired_link_page, other_activation_page,
};
pub use child::{AsksClinic, ChildRegistrationPage, KnownChildPage, child_done_page};
pub use code::{CodeEntry, CodePage};
pub use contact::{Compared, ContactPage, EmailProofPage};
pub use error::{ErrorKind, error_page};
pub use form::{Field, FieldGroup, FieldKind, Form, Problem};
pub use frame::{Frame, FrameClinic, Person};
pub use front::{FrontFunction, FrontPage, RootClinic, RootPage};
pub use help::{CookiesPage, HelpPage};
pub use membership::{ClinicNews, EarlierRequest, ended_request_page, membership_label, waiting_page};
pub use message::{Action, ActionKind, MessagePage, Tone};
pub use mitid::{AskCprPage, DeparturePage};
pub use notice::{Notice, Phone, PhoneNotice, function_notice};
pub use numbers::Numbers;
pub use own_page::{
    HistoryPage, HistoryRow, OwnClinic, OwnFormPage, OwnPage, OwnSessionRow, WaysToProve, prove_again_page,
};
pub use recovery::{RecoveryPage, ResetPage, dead_link_page, other_link_page, recovery_sent_page, reset_done_page};
pub use refusal::{refusal_notice, refusal_page};
pub use registration::{RegistrationPage, registration_closed_page};
pub use renewal::{RenewalPage, changed_number_page, of_age_page};
pub(crate) use staff::CHECKS;
pub use staff::{
    ActButton, ConfirmPage, FindPersonPage, GuardianLine, MailRow, MemberRow, MembersPage, NewNumberPage, NewUserPage,
    PersonLines, PersonsMailsPage, ReasonLine, RenewUserPage, RequestCard, StaffBar, StaffDeparturePage, StaffMenu,
    StaffMessagePage, StaffPersonPage, StateLink, Tick, TrailRow, TrailTablePage, Undo, WorkListPage, staff_door_page,
};
pub use start::{FunctionCard, FunctionPage, StartPage, function_refused_page, logged_out_page};
pub use stay::{Stay, late_form_page, session_over_page};
pub use step::{AcceptTermsPage, JoinPage};
pub use terms::{TermsBlock, TermsPage, terms_blocks};
