//! The pages: legible, without script, in Danish and English, with a banner that nobody can miss.

use patientportal_core::language::Language;
use patientportal_core::value::Cpr;
use time::Date;

use crate::authorize::Problem;
use crate::persons::Person;
use crate::state::Simulation;

/// The list of persons; `request` is the authorization request, to be sent back with the choice.
pub(crate) fn choice(language: Language, request: &str, today: Date, simulation: &Simulation) -> String {
    let persons: String = simulation.persons().iter().map(|person| row(language, person, today)).collect();
    let for_staff = simulation.is_of_staff();
    let flaws: String = FLAWS
        .iter()
        .filter(|(name, ..)| !for_staff || *name == OLD_LOGIN)
        .map(|(name, danish, english)| {
            format!("<label><input type=\"checkbox\" name=\"{name}\"> {}</label>\n", language.pick(danish, english))
        })
        .collect();
    let content = format!(
        "<p>{explain}</p>\n<form method=\"post\" action=\"{path}/authorize\">\n\
         <input type=\"hidden\" name=\"request\" value=\"{request}\">\n\
         <fieldset><legend>{flawed}</legend>\n{flaws}</fieldset>\n<ul>\n{persons}</ul>\n\
         <button name=\"abort\" value=\"1\" class=\"quiet\">{abort}</button>\n</form>",
        explain = language.pick(
            "Vælg den testperson, der skal logge ind. Ingen af dem findes i virkeligheden.",
            "Choose the test person who is to log in. None of them is a real person.",
        ),
        path = simulation.path(),
        request = escape(request),
        flawed = language.pick("Gør login forkert (valgfrit)", "Make the login a faulty one (optional)"),
        abort = language.pick("Afbryd", "Cancel"),
    );
    let title = match for_staff {
        true => language.pick("Log ind som klinikkens personale", "Sign in as the clinic's staff"),
        false => language.pick("Log ind med MitID-simulatoren", "Log in with the MitID simulator"),
    };
    page(language, title, &content)
}

/// Why there is no way on.
pub(crate) fn problem(language: Language, problem: Problem) -> String {
    let text = match problem {
        Problem::Client => language.pick(
            "Portalens client_id er ikke det, som simulatoren er startet med. Ret portalens opsætning.",
            "The portal's client_id is not the one that the simulator was started with. Correct the portal's settings.",
        ),
        Problem::Redirect => language.pick(
            "Portalens returadresse er ikke registreret i simulatoren. Ret portalens eller simulatorens opsætning.",
            "The portal's return address is not registered in the simulator. Correct the settings of either.",
        ),
        Problem::Person => language.pick(
            "Den valgte person findes ikke. Gå tilbage, og vælg en anden.",
            "The chosen person does not exist. Go back and choose another.",
        ),
    };
    page(language, language.pick("Det kan ikke lade sig gøre", "That cannot be done"), &format!("<p>{text}</p>"))
}

/// After logging out, when there is no address to return to.
pub(crate) fn logged_out(language: Language) -> String {
    let text = language.pick("Du kan lukke vinduet.", "You can close the window.");
    page(language, language.pick("Du er logget ud", "You are logged out"), &format!("<p>{text}</p>"))
}

/// For somebody who opens the address by hand.
pub(crate) fn front() -> String {
    let text = "<p>Her er intet at se: en portal sender sine brugere hertil, når de logger ind.</p>";
    page(Language::Danish, "MitID-simulator", text)
}

fn row(language: Language, person: &Person, today: Date) -> String {
    let number = person.cpr.and_then(|cpr| Cpr::parse(cpr, today).ok()).map(|cpr| {
        let (number, age) = (cpr.formatted(), cpr.age_on(today));
        language.pick(format!("{number}, {age} år"), format!("{number}, {age} years"))
    });
    let without = || match person.post {
        Some(_) => String::new(),
        None => language.pick("intet CPR-nummer", "no CPR number").to_owned(),
    };
    format!(
        "<li><button name=\"person\" value=\"{id}\"><b>{name}</b> <span>{number}</span> <i>{purpose}</i></button></li>\n",
        id = person.id,
        name = person.name,
        number = number.unwrap_or_else(without),
        purpose = language.pick(person.purpose, person.purpose_english),
    )
}

fn page(language: Language, title: &str, content: &str) -> String {
    let banner = language.pick("MitID-simulator – kun til test", "MitID-simulator – for testing only");
    format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} – {banner}</title>\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n<header>{banner}</header>\n<main>\n\
         <h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n",
        tag = language.tag(),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// The boxes: field name, Danish, English.
const FLAWS: [(&str, &str, &str); 4] = [
    ("low_assurance", "Lav sikring", "Low assurance"),
    ("no_cpr", "Uden CPR-nummer", "Without CPR number"),
    ("business", "Erhvervsidentitet", "Business identity"),
    (OLD_LOGIN, "Godkendt for en time siden", "Authenticated an hour ago"),
];

const OLD_LOGIN: &str = "old_login";

/// The style sheet.
pub(crate) const STYLE: &str = "\
:root { color-scheme: light; font: 1.0625rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #f4f4f1; }
body { margin: 0; }
header { background: #8a1c00; color: #fff; font-weight: 700; text-align: center; padding: .75rem 1rem; }
main { max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
fieldset { border: 1px solid #6b6b6b; margin: 0 0 1rem; padding: .5rem 1rem; }
label { display: block; padding: .375rem 0; }
input { width: 1.25rem; height: 1.25rem; vertical-align: text-bottom; }
ul { list-style: none; margin: 0; padding: 0; }
button { font: inherit; width: 100%; min-height: 3rem; margin-bottom: .5rem; padding: .5rem 1rem; text-align: left;
  color: inherit; background: #fff; border: 1px solid #6b6b6b; border-radius: .25rem; cursor: pointer; }
button:hover { background: #e8effc; }
button:focus-visible, input:focus-visible { outline: 3px solid #0060e6; outline-offset: 2px; }
button b, button span, button i { display: inline-block; margin-right: .75rem; }
button i { font-style: normal; color: #4a4a4a; }
button.quiet { text-align: center; margin-top: 1rem; }
";
