//! What each refusal says, in both languages: what happened, and one next step (I10).

use crate::language::Language;
use crate::measures;
use crate::policy::{Denial, OutstandingStep};

use super::Refusal;

impl Refusal {
    /// What the visitor reads. It is counted that they do.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        metrics::counter!(measures::REFUSALS, "id" => self.code()).increment(1);
        let (danish, english) = match self {
            Self::InvalidForm(_) => (
                "Noget i formularen mangler eller er forkert. Ret felterne herunder.",
                "Something in the form is missing or wrong. Correct the fields below.",
            ),
            Self::WrongCredentials => (
                "CPR-nummer og adgangskode passer ikke sammen, eller brugeren findes ikke eller er ikke aktiveret. Prøv igen, eller vælg Glemt adgangskode?",
                "CPR number and password do not belong together, or the user does not exist or is not activated. Try again, or choose “Forgotten password?”",
            ),
            Self::TooManyFailures { .. } => (
                "Der er skrevet forkert adgangskode for mange gange. Vent, eller log ind med MitID. Næste forsøg: kl.",
                "The password was wrong too many times. Wait, or log in with MitID. Next try at:",
            ),
            Self::AddressSlowed { .. } => (
                "Der kommer for mange forsøg fra dit netværk. Vent et øjeblik, og prøv igen. Næste forsøg: kl.",
                "Too many tries come from your network. Wait a moment and try again. Next try at:",
            ),
            Self::Busy { .. } => (
                "Der er travlt lige nu, og dit forsøg blev ikke talt med. Prøv igen om et øjeblik. Næste forsøg: kl.",
                "It is busy right now, and your try was not counted. Try again in a moment. Next try at:",
            ),
            Self::WrongCode => (
                "Sikkerhedskoden er forkert. Tjek, at bogstaverne i mailen er de samme som her, og prøv igen.",
                "The security code is wrong. Check that the letters in the mail are the same as here. Then try again.",
            ),
            Self::CodeDead => (
                "Koden er prøvet for mange gange og gælder ikke mere. Få en ny kode sendt.",
                "The code was tried too many times and is no longer valid. Have a new code sent.",
            ),
            Self::CodeExpired => (
                "Koden er for gammel og gælder ikke mere. Log ind igen for at få en ny.",
                "The code is too old and no longer valid. Log in again to get a new one.",
            ),
            Self::CodeSuperseded => (
                "Der er sendt en nyere kode. Brug koden fra den nyeste mail.",
                "A newer code has been sent. Use the code of the newest mail.",
            ),
            Self::NoCodeYet => (
                "Der er endnu ikke sendt en kode. Vent, til siden tilbyder at sende en.",
                "No code has been sent yet. Wait until the page offers to send one.",
            ),
            Self::NextCodeLater { .. } => (
                "Der kan endnu ikke sendes en ny kode. En kode, der er sendt, gælder stadig i den browser, som bad om den. Næste kode: kl.",
                "A new code cannot be sent yet. One that was sent is still good in the browser that asked for it. Next code at:",
            ),
            Self::CodesWait { .. } => (
                "Der er skrevet forkert kode for mange gange. Vent, eller log ind med MitID. Næste kode: kl.",
                "The code was wrong too many times. Wait, or log in with MitID. Next code at:",
            ),
            Self::FlowFinished => (
                "Dette trin er allerede gennemført. Fortsæt, hvor du er, eller log ind igen.",
                "This step has been completed already. Go on where you are, or log in again.",
            ),
            Self::FlowOver => (
                "Tiden er gået, eller adgangskoden er ændret imens. Begynd forfra.",
                "The time is over, or the password was changed meanwhile. Start again.",
            ),
            Self::NoOpenFlow => (
                "Siden hører ikke til noget, der er i gang. Begynd forfra fra klinikkens side.",
                "The page does not belong to anything under way. Start again from the clinic's page.",
            ),
            Self::OtherBrowser => (
                "Dette blev begyndt i en anden browser, og af hensyn til sikkerheden er intet sket. Åbn linket i din egen browser, og begynd forfra.",
                "This was begun in another browser, and for safety nothing has happened. Open the link in your own browser and start again.",
            ),
            Self::LinkDead => (
                "Linket er brugt, for gammelt eller afløst af et nyere. Har du valgt en ny adgangskode med det, så log ind med den; bed ellers om et nyt link.",
                "The link is used, too old, or replaced by a newer one. If you chose a new password with it, log in with that; otherwise ask for a new link.",
            ),
            Self::EmailCodeExpired => (
                "Koden er for gammel og gælder ikke mere. Få en ny kode sendt.",
                "The code is too old and no longer valid. Have a new code sent.",
            ),
            Self::ProofTooOld => (
                "Det er for længe siden, du loggede ind, til at ændre dette, og intet er ændret. Log ud, og log ind igen.",
                "You logged in too long ago to change this, and nothing has changed. Log out and log in again.",
            ),
            Self::ClosedByClinic => (
                "Klinikken har lukket din adgang for nu, så du kan ikke selv forlade den, og intet er ændret. Ring til klinikken, eller luk hele din bruger på Din side.",
                "The clinic has closed your access for now, so you cannot leave it yourself, and nothing has changed. Call the clinic, or close your whole user on your page.",
            ),
            Self::LinkExpired => (
                "Linket er for gammelt. Du kan få sendt et nyt til den samme mailadresse.",
                "The link is too old. You can have a new one sent to the same mail address.",
            ),
            Self::LinkLocked => (
                "Der er skrevet forkert CPR-nummer for mange gange, så linket gælder ikke mere. Ring til klinikken, som kan sende et nyt.",
                "The CPR number was wrong too many times, so the link is no longer valid. Call the clinic, which can send a new one.",
            ),
            Self::WrongNumber => (
                "CPR-nummeret passer ikke til linket. Tjek det, og prøv igen.",
                "The CPR number does not fit the link. Check it. Then try again.",
            ),
            Self::MitIdAborted => (
                "Du afbrød hos MitID, og intet er ændret. Prøv igen, når du er klar.",
                "You broke off at MitID, and nothing has changed. Try again when you are ready.",
            ),
            Self::NoCpr => (
                "Dit MitID er ikke knyttet til et CPR-nummer. Kontakt klinikken for at blive oprettet.",
                "Your MitID is not tied to a CPR number. Contact the clinic to become a user.",
            ),
            Self::OtherPerson => (
                "MitID bekræftede en anden person end det CPR-nummer, der blev skrevet, så intet er oprettet eller åbnet. Ret CPR-nummeret, eller brug dit eget MitID.",
                "MitID confirmed another person than the CPR number typed, so nothing was created or opened. Correct the CPR number, or use your own MitID.",
            ),
            Self::OtherOwner => (
                "MitID bekræftede en anden person end den, der er logget ind, så intet er ændret. Brug dit eget MitID. Har du fået nyt CPR-nummer, så log ud, og log ind med MitID.",
                "MitID confirmed another person than the one who is logged in, so nothing has changed. Use your own MitID. If you have a new CPR number, log out and log in with MitID.",
            ),
            Self::FormerNumber => (
                "Brugeren er flyttet til et nyt CPR-nummer, så det gamle kan ikke bruges. Ring til klinikken, hvis du ikke selv har fået nyt nummer.",
                "The user has been moved to a new CPR number, so the old one cannot be used. Call the clinic if you have no new number.",
            ),
            Self::NotPrivate => (
                "Du brugte en erhvervsidentitet. Log ind med dit private MitID.",
                "You used a business identity. Log in with your private MitID.",
            ),
            Self::AssuranceTooLow => (
                "Dit MitID blev brugt på et for lavt sikringsniveau. Brug MitID-appen, eller kodeviser og adgangskode.",
                "Your MitID was used at too low a level of assurance. Use the MitID app, or code display and password.",
            ),
            Self::NotFresh => (
                "MitID svarede med et tidligere login. Prøv igen, og bekræft med MitID på ny.",
                "MitID answered with an earlier login. Try again and confirm with MitID anew.",
            ),
            Self::MitIdAnswerRefused => (
                "Svaret fra MitID kunne ikke bekræftes, og intet er ændret. Prøv igen fra klinikkens side.",
                "The answer from MitID could not be confirmed, and nothing has changed. Try again from the clinic's page.",
            ),
            Self::MitIdUnavailable => (
                "MitID kan ikke nås lige nu. Prøv igen senere. Har du en adgangskode, kan du logge ind med sikkerhedskode imens.",
                "MitID cannot be reached right now. Try again later. If you have a password, you can log in with a security code meanwhile.",
            ),
            Self::TooYoungForMitId => (
                "Man kan ikke logge ind med MitID, før man er fyldt 15 år. Log ind med CPR-nummer, adgangskode og sikkerhedskode.",
                "You cannot log in with MitID before you are 15. Log in with CPR number, password and security code.",
            ),
            Self::TooYoungForSelf => (
                "Er man under 15 år, skal en forælder eller værge oprette brugeren. Brug formularen Opret bruger under 15 år.",
                "Under 15, a parent or guardian must create the user. Use the form “Create user under 15”.",
            ),
            Self::NotAChild => (
                "Oprettelse med en forælder eller værge er for børn under 15 år. Er man fyldt 15, opretter man sig selv. Brug formularen Opret ny bruger.",
                "Registration by a parent or guardian is for children under 15. From 15 on you register yourself. Use the form “Create new user”.",
            ),
            Self::GuardianTooYoung => (
                "Den, der bekræfter, er ikke gammel nok til det. En forælder eller værge, der er myndig, skal bekræfte.",
                "Whoever confirms is not old enough to. A parent or guardian who is of age must confirm.",
            ),
            Self::OtherGuardian => (
                "MitID bekræftede en anden person end den forælder eller værge, der blev skrevet, så intet er oprettet. Ret forælderens eller værgens CPR-nummer, eller brug hans eller hendes eget MitID.",
                "MitID confirmed another person than the parent or guardian typed, so nothing was created. Correct the parent's or guardian's CPR number, or use his or her own MitID.",
            ),
            Self::NotHolder => (
                "Ifølge registret har den, der bekræftede, ikke forældremyndigheden over barnet, så intet er oprettet. Passer det ikke, så kontakt klinikken.",
                "By the register, whoever confirmed does not hold custody of the child, so nothing was created. If that is not right, contact the clinic.",
            ),
            Self::ReplacementNumber => (
                "Med et erstatningsnummer kan man ikke oprette en bruger her. Kontakt klinikken.",
                "With a replacement number you cannot create a user here. Contact the clinic.",
            ),
            Self::RegistrationClosed => (
                "Man kan ikke oprette sig selv som bruger hos denne klinik. Kontakt klinikken.",
                "You cannot register yourself at this clinic. Contact the clinic.",
            ),
            Self::NoAccountContactClinic => (
                "Du er endnu ikke bruger, og hos denne klinik kan man ikke oprette sig selv. Kontakt klinikken.",
                "You are not a user yet, and at this clinic you cannot register yourself. Contact the clinic.",
            ),
            Self::NoRequest => (
                "Der er ingen anmodning at trække tilbage: klinikken har svaret, eller den er udløbet. Se herunder, hvad der gælder nu.",
                "There is no request to withdraw: the clinic has answered, or it has lapsed. See below what holds now.",
            ),
            Self::ResetsWait { .. } => (
                "Der er bedt om en ny adgangskode med denne mailadresse for mange gange på kort tid. Log ind med MitID, ring til klinikken, eller vent. Næste gang: kl.",
                "A new password was asked for with this mail address too many times in a short while. Log in with MitID, call the clinic, or wait. Next time at:",
            ),
            Self::RequestsWait { .. } => (
                "Der er bedt om adgang for mange gange på kort tid. Vent, eller ring til klinikken. Næste gang: kl.",
                "Access was asked for too many times in a short while. Wait, or call the clinic. Next time at:",
            ),
            Self::DecidedAlready { .. } => (
                "Der er sket noget med sagen imens, så det, du valgte, er ikke gjort. Se, hvad der gælder nu.",
                "Something happened to the matter meanwhile, so what you chose was not done. See what holds now.",
            ),
            Self::TooLateToReopen => (
                "Afvisningen er for gammel til at blive taget tilbage. Patienten kan selv bede om adgang igen.",
                "The refusal is too old to be taken back. The patient can ask for access again.",
            ),
            Self::NoSuchMember => (
                "Der er ingen sådan patient hos klinikken. Genindlæs listen.",
                "The clinic has no such patient. Load the list again.",
            ),
            Self::AlreadyMember => (
                "Personen har allerede adgang hos klinikken, eller klinikken har lukket den for nu. Find personen på listen.",
                "The person has access at the clinic already, or the clinic has closed it for now. Find the person on the list.",
            ),
            Self::AlreadyActivated => (
                "Brugeren er aktiveret, så der er intet aktiveringslink at sende. Patienten kan vælge Glemt adgangskode?",
                "The user is activated, so there is no activation link to send. The patient can choose “Forgotten password?”",
            ),
            Self::LinksWait { .. } => (
                "Der er sendt for mange mails til denne bruger på kort tid. Vent lidt. Næste mail: kl.",
                "Too many mails went to this user in a short while. Wait a little. Next mail at:",
            ),
            Self::NumberExempts => (
                "Med et erstatningsnummer kan man ikke bruge MitID, så fritagelsen gælder stadig. Opret personen med CPR-nummer, når der er et.",
                "MitID cannot be used with a replacement number, so the exemption still holds. Create the person with a CPR number when there is one.",
            ),
            Self::RenewsWithMitId => (
                "Denne person kan bruge MitID, så klinikken kan ikke ændre det, og intet er ændret. Bed personen logge ind med MitID.",
                "This person can use MitID, so the clinic cannot change it, and nothing has changed. Ask the person to log in with MitID.",
            ),
            Self::LinkedUnseen => (
                "Klinikken har selv givet denne bruger adgang, og personen har ikke været logget ind her siden. Derfor kan klinikken ikke ændre det, og intet er ændret. Bed personen logge ind hos jer først, eller om hjælp i sin tidligere klinik.",
                "The clinic gave this user access by itself, and the person has not logged in here since. So the clinic cannot change it, and nothing has changed. Ask the person to log in at your clinic first, or to get help at their earlier clinic.",
            ),
            Self::NumberTaken => (
                "CPR-nummeret har allerede en bruger, og to brugere lægges ikke sammen. Brug den bruger, som nummeret har.",
                "The CPR number has a user already, and two users are not merged. Use the user that the number has.",
            ),
            Self::NotYourRole => (
                "Din rolle i klinikken giver ikke adgang til det. Bed klinikkens administrator om at gøre det.",
                "Your role at the clinic does not let you do this. Ask the clinic's administrator to do it.",
            ),
            Self::SignIn(refusal) => refusal.texts(),
            Self::Denied(denial) => denied(*denial),
        };
        let text = language.pick(danish, english);
        if let Self::DecidedAlready { by: Some(staff) } = self {
            return format!("{text} {}: {}.", language.pick("Senest afgjort af", "Last decided by"), staff.0);
        }
        self.retry_at().map_or_else(|| text.to_owned(), |until| format!("{text} {}.", until.copenhagen_clock_seconds()))
    }
}

fn denied(denial: Denial) -> (&'static str, &'static str) {
    match denial {
        Denial::NotLoggedIn => {
            ("Du er ikke logget ind. Log ind for at fortsætte.", "You are not logged in. Log in to go on.")
        }
        Denial::StepOutstanding(OutstandingStep::ConfirmIdentity) => (
            "Klinikken har oprettet din bruger, og din identitet skal bekræftes første gang. Log ind med MitID.",
            "The clinic has created your user, and your identity must be confirmed the first time. Log in with MitID.",
        ),
        Denial::StepOutstanding(OutstandingStep::Renew) => (
            "Du er fyldt 15 år, og brugeren skal være din egen. Log ind med dit eget MitID, og vælg mailadresse og adgangskode.",
            "You are 15 by now, and the user must become your own. Log in with your own MitID and choose mail address and password.",
        ),
        Denial::StepOutstanding(OutstandingStep::ChoosePassword) => (
            "Din bruger har endnu ingen adgangskode. Vælg en for at fortsætte.",
            "Your user has no password yet. Choose one. Then you can go on.",
        ),
        Denial::StepOutstanding(OutstandingStep::ConfirmContact) => (
            "Klinikken har en anden mailadresse eller et andet mobilnummer for dig. Bekræft, hvad der er rigtigt.",
            "The clinic has another mail address or mobile number for you. Confirm which is right.",
        ),
        Denial::StepOutstanding(OutstandingStep::AcceptTerms) => (
            "Vilkårene er ændret. Læs dem, og accepter dem for at fortsætte.",
            "The terms have changed. Read and accept them. Then you can go on.",
        ),
        Denial::StepOutstanding(OutstandingStep::Join) => (
            "Du er endnu ikke registreret hos denne klinik. Vælg Registrer.",
            "You are not registered at this clinic yet. Choose Join.",
        ),
        Denial::NotAMember => (
            "Du er ikke bruger hos denne klinik. Kontakt klinikken.",
            "You are not a user at this clinic. Contact the clinic.",
        ),
        Denial::AwaitingApproval => (
            "Klinikken har endnu ikke behandlet din anmodning. Du får en mail, når det er sket.",
            "The clinic has not decided on your request yet. You will get a mail when it has.",
        ),
        Denial::Suspended => (
            "Klinikken har lukket din adgang for nu. Kontakt klinikken.",
            "The clinic has closed your access for now. Contact the clinic.",
        ),
        Denial::RightRemoved => (
            "Klinikken har lukket denne funktion for dig. Kontakt klinikken.",
            "The clinic has closed this function for you. Contact the clinic.",
        ),
        Denial::FunctionClosed => (
            "Klinikken tilbyder ikke denne funktion lige nu. Kontakt klinikken.",
            "The clinic does not offer this function right now. Contact the clinic.",
        ),
        Denial::AssuranceNeeded => (
            "Klinikken kræver MitID til denne funktion. Log ind med MitID.",
            "The clinic demands MitID for this function. Log in with MitID.",
        ),
        Denial::MitIdOnly => (
            "Klinikken kræver MitID til denne funktion. Kan du ikke bruge MitID, så ring til klinikken.",
            "The clinic demands MitID for this function. If you cannot use MitID, call the clinic.",
        ),
    }
}
