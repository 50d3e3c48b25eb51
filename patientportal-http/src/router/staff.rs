//! Which of the staff's pages an address means, and who may ask for it.

use http::Method;
use patientportal_core::ids::AccountId;
use patientportal_core::portal::StaffOperation;

use super::{GET_AND_POST, GET_ONLY, ONLY_GET, POST_ONLY};
use crate::links::{Links, account_of_word, staff_words as words};

/// What an address below the staff's means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StaffRoute<'a> {
    Root,
    SignIn,
    Return,
    Choose,
    SignOut,
    SignedOut,
    At(&'a str, StaffPage),
}

/// An address of a clinic's staff, and what asking for it takes: for whoever guards them from outside too, and for tests that
/// must not forget one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaffAddress {
    /// The address.
    pub address: String,
    /// The methods that it takes.
    pub methods: &'static [Method],
    /// What must be allowed to whoever asks for it.
    pub operations: &'static [StaffOperation],
}

/// A page of one clinic's staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StaffPage {
    WorkList,
    Approve,
    Refuse,
    Undo,
    Find,
    Members,
    NewUser,
    Trail,
    Person(AccountId),
    PersonsMails(AccountId),
    PersonsTrail(AccountId),
    Act(AccountId, StaffAct),
}

/// Something that staff do with one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StaffAct {
    ChangeRights,
    Suspend,
    Reopen,
    End,
    Exempt,
    WithdrawExemption,
    ResendActivation,
    Renew,
    ChangeNumber,
}

impl<'a> StaffRoute<'a> {
    /// The route of what follows the staff's own word in a path.
    pub(crate) fn of(mut rest: std::str::Split<'a, char>) -> Option<Self> {
        let Some(first) = rest.next() else { return Some(Self::Root) };
        let (second, third, fourth) = (rest.next(), rest.next(), rest.next());
        if rest.next().is_some() {
            return None;
        }
        Some(match (first, second) {
            (words::SIGN_IN, None) => Self::SignIn,
            (words::RETURN, None) => Self::Return,
            (words::CHOOSE, None) => Self::Choose,
            (words::SIGN_OUT, None) => Self::SignOut,
            (words::SIGNED_OUT, None) => Self::SignedOut,
            (slug, second) => Self::At(slug, StaffPage::of([second, third, fourth])?),
        })
    }

    pub(crate) fn methods(self) -> &'static [Method] {
        match self {
            Self::SignIn | Self::SignOut => POST_ONLY,
            // As at the patients' return: only a browser that shows the page may.
            Self::Return => ONLY_GET,
            Self::Root | Self::SignedOut => GET_ONLY,
            Self::Choose => GET_AND_POST,
            Self::At(_, page) => page.methods(),
        }
    }
}

impl StaffAddress {
    /// All of them at the clinic with this slug; those of one person for `account`.
    #[must_use]
    pub fn all(links: &Links, clinic: &str, account: AccountId) -> Vec<Self> {
        let pages = StaffPage::all(account).into_iter();
        pages
            .map(|page| Self {
                address: page.address(links, clinic),
                methods: page.methods(),
                operations: page.operations(),
            })
            .collect()
    }
}

impl StaffPage {
    fn all(account: AccountId) -> Vec<Self> {
        let mut all = vec![
            Self::WorkList,
            Self::Approve,
            Self::Refuse,
            Self::Undo,
            Self::Find,
            Self::Members,
            Self::NewUser,
            Self::Trail,
            Self::Person(account),
            Self::PersonsMails(account),
            Self::PersonsTrail(account),
        ];
        all.extend(StaffAct::ALL.map(|act| Self::Act(account, act)));
        all
    }

    fn address(self, links: &Links, clinic: &str) -> String {
        match self {
            Self::WorkList => links.work_list(clinic),
            Self::Approve => links.approve(clinic),
            Self::Refuse => links.refuse(clinic),
            Self::Undo => links.undo(clinic),
            Self::Find => links.find_person(clinic),
            Self::Members => links.members(clinic),
            Self::NewUser => links.new_user(clinic),
            Self::Trail => links.clinic_trail(clinic),
            Self::Person(account) => links.person(clinic, account),
            Self::PersonsMails(account) => links.persons_mails(clinic, account),
            Self::PersonsTrail(account) => links.persons_trail(clinic, account),
            Self::Act(account, act) => links.act(clinic, account, act.word()),
        }
    }

    fn of(words: [Option<&str>; 3]) -> Option<Self> {
        Some(match words {
            [None, None, None] => Self::WorkList,
            [Some(words::APPROVE), None, None] => Self::Approve,
            [Some(words::REFUSE), None, None] => Self::Refuse,
            [Some(words::UNDO), None, None] => Self::Undo,
            [Some(words::FIND), None, None] => Self::Find,
            [Some(words::MEMBERS), None, None] => Self::Members,
            [Some(words::NEW_USER), None, None] => Self::NewUser,
            [Some(words::TRAIL), None, None] => Self::Trail,
            [Some(words::PERSON), Some(account), None] => Self::Person(account_of_word(account)?),
            [Some(words::PERSON), Some(account), Some(word)] => {
                let account = account_of_word(account)?;
                match word {
                    words::MAILS => Self::PersonsMails(account),
                    words::TRAIL => Self::PersonsTrail(account),
                    word => Self::Act(account, StaffAct::of_word(word)?),
                }
            }
            _ => return None,
        })
    }

    fn methods(self) -> &'static [Method] {
        match self {
            Self::WorkList | Self::Members | Self::Trail => GET_ONLY,
            Self::Person(_) | Self::PersonsMails(_) | Self::PersonsTrail(_) => GET_ONLY,
            Self::Approve | Self::Refuse | Self::Undo => POST_ONLY,
            Self::Find | Self::NewUser => GET_AND_POST,
            Self::Act(_, act) if act.has_page() => GET_AND_POST,
            Self::Act(..) => POST_ONLY,
        }
    }

    /// What must be allowed to whoever asks for it. The portal judges again.
    pub(crate) fn operations(self) -> &'static [StaffOperation] {
        match self {
            Self::WorkList => &[StaffOperation::SeeRequests],
            Self::Approve => &[StaffOperation::Approve],
            Self::Refuse => &[StaffOperation::Refuse],
            Self::Undo => &[StaffOperation::Suspend, StaffOperation::Reopen],
            Self::Find => &[StaffOperation::FindPerson],
            Self::Members => &[StaffOperation::SeeMembers],
            Self::NewUser => &[StaffOperation::CreateUser],
            Self::Trail => &[StaffOperation::ReadTrail],
            Self::Person(_) => &[StaffOperation::SeePerson],
            Self::PersonsMails(_) => &[StaffOperation::SeeMails],
            Self::PersonsTrail(_) => &[StaffOperation::ReadPersonsTrail],
            Self::Act(_, act) => act.operations(),
        }
    }
}

impl StaffAct {
    /// All of them.
    pub(crate) const ALL: [Self; 9] = [
        Self::ChangeRights,
        Self::Suspend,
        Self::Reopen,
        Self::End,
        Self::Exempt,
        Self::WithdrawExemption,
        Self::ResendActivation,
        Self::Renew,
        Self::ChangeNumber,
    ];

    /// Whether it asks something first, on a page of its own.
    pub(crate) fn has_page(self) -> bool {
        matches!(self, Self::End | Self::Renew | Self::ChangeNumber)
    }

    /// Its word in addresses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ChangeRights => "funktioner",
            Self::Suspend => "luk",
            Self::Reopen => "genaabn",
            Self::End => "afslut",
            Self::Exempt => "fritag",
            Self::WithdrawExemption => "ophaev-fritagelse",
            Self::ResendActivation => "send-aktiveringslink",
            Self::Renew => "forny",
            Self::ChangeNumber => "nyt-nummer",
        }
    }

    pub(crate) fn operation(self) -> StaffOperation {
        match self {
            Self::ChangeRights => StaffOperation::ChangeRights,
            Self::Suspend => StaffOperation::Suspend,
            Self::Reopen => StaffOperation::Reopen,
            Self::End => StaffOperation::End,
            Self::Exempt => StaffOperation::Exempt,
            Self::WithdrawExemption => StaffOperation::WithdrawExemption,
            Self::ResendActivation => StaffOperation::ResendActivation,
            Self::Renew => StaffOperation::RenewAccount,
            Self::ChangeNumber => StaffOperation::ChangeNumber,
        }
    }

    fn operations(self) -> &'static [StaffOperation] {
        match self {
            Self::ChangeRights => &[StaffOperation::ChangeRights],
            Self::Suspend => &[StaffOperation::Suspend],
            Self::Reopen => &[StaffOperation::Reopen],
            Self::End => &[StaffOperation::End],
            Self::Exempt => &[StaffOperation::Exempt],
            Self::WithdrawExemption => &[StaffOperation::WithdrawExemption],
            Self::ResendActivation => &[StaffOperation::ResendActivation],
            Self::Renew => &[StaffOperation::RenewAccount],
            Self::ChangeNumber => &[StaffOperation::ChangeNumber],
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::{Links, is_reserved_slug};
    use crate::router::Route;

    const ACCOUNT: AccountId = AccountId(0x7fff_0000_0000_00aa);
    /// The number of the page that was added last.
    const LAST: u32 = 19;

    #[test]
    fn every_link_of_staff_leads_to_its_route() {
        let links = Links::default();
        let at = |page| StaffRoute::At("skovby", page);
        let mut expected = vec![
            (links.staff(), StaffRoute::Root),
            (links.staff_sign_in(), StaffRoute::SignIn),
            (links.staff_return(), StaffRoute::Return),
            (links.staff_choose(), StaffRoute::Choose),
            (links.staff_sign_out(), StaffRoute::SignOut),
            (links.staff_signed_out(), StaffRoute::SignedOut),
        ];
        expected.extend(StaffPage::all(ACCOUNT).into_iter().map(|page| (page.address(&links, "skovby"), at(page))));
        for (link, route) in expected {
            assert_eq!(Route::of(&link), Some(Route::Staff(route)), "{link}");
        }
    }

    #[test]
    fn s1_every_page_is_among_the_addresses() {
        let number = |page| match page {
            StaffPage::WorkList => 0,
            StaffPage::Approve => 1,
            StaffPage::Refuse => 2,
            StaffPage::Undo => 3,
            StaffPage::Find => 4,
            StaffPage::Members => 5,
            StaffPage::NewUser => 6,
            StaffPage::Trail => 7,
            StaffPage::Person(_) => 8,
            StaffPage::PersonsMails(_) => 9,
            StaffPage::PersonsTrail(_) => 10,
            StaffPage::Act(_, act) => match act {
                StaffAct::ChangeRights => 11,
                StaffAct::Suspend => 12,
                StaffAct::Reopen => 13,
                StaffAct::End => 14,
                StaffAct::Exempt => 15,
                StaffAct::WithdrawExemption => 16,
                StaffAct::ResendActivation => 17,
                StaffAct::Renew => 18,
                StaffAct::ChangeNumber => LAST,
            },
        };
        let mut numbers: Vec<_> = StaffPage::all(ACCOUNT).into_iter().map(number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..=LAST).collect::<Vec<_>>());
    }

    #[test]
    fn no_clinics_slug_stands_where_a_page_of_staff_does() {
        for word in [words::SIGN_IN, words::RETURN, words::CHOOSE, words::SIGN_OUT, words::SIGNED_OUT] {
            assert!(is_reserved_slug(word), "{word}");
        }
        assert!(is_reserved_slug(words::STAFF));
    }

    #[test]
    fn what_is_no_page_of_staff_is_none() {
        for path in [
            "/personale/skovby/ukendt",
            "/personale/skovby/person",
            "/personale/skovby/person/",
            "/personale/skovby/person/1",
            "/personale/skovby/person/7fff0000000000AA",
            "/personale/skovby/person/ffffffffffffffff",
            "/personale/skovby/person/7fff0000000000aa/ukendt",
            "/personale/skovby/person/7fff0000000000aa/mails/mere",
            "/personale/log-ind/mere",
        ] {
            assert_eq!(Route::of(path), None, "{path}");
        }
    }
}
