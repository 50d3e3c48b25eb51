//! What is understood, what is told, and that every command has its help.

use super::*;

fn read(line: &str) -> Result<Command, String> {
    parse(line.split_whitespace().map(OsString::from))
}

#[test]
fn commands_are_understood() {
    assert_eq!(read(""), Ok(Command::Demo));
    assert_eq!(read("--config p.toml"), Ok(Command::Serve("p.toml".into())));
    assert_eq!(read("--config=p.toml"), Ok(Command::Serve("p.toml".into())));
    assert_eq!(read("check -c p.toml"), Ok(Command::Check("p.toml".into())));
    assert_eq!(read("--config p.toml check"), Ok(Command::Check("p.toml".into())));
    assert_eq!(read("mail dead --config p.toml"), Ok(Command::DeadMail("p.toml".into())));
    let order = copy::Order {
        from: NamedDatabase::Sqlite("p.db".into()),
        to: NamedDatabase::Postgres("postgres://p@h/d?a=b".to_owned()),
        keys: "p.keys".into(),
    };
    let line = "copy --from sqlite:p.db --to=postgres://p@h/d?a=b --keys p.keys";
    assert_eq!(read(line), Ok(Command::Copy(order)));
    for (line, replace) in [("backup -c p.toml --to b.db", false), ("backup --force --to b.db -c p.toml", true)] {
        let order = backup::Order { config: "p.toml".into(), to: "b.db".into(), replace };
        assert_eq!(read(line), Ok(Command::BackUp(order)));
    }
    let order = backup::Restoring { config: "p.toml".into(), from: "b.db".into() };
    assert_eq!(read("restore --from b.db -c p.toml"), Ok(Command::Restore(order)));
    assert_eq!(read("keys drop --id 1 -c p.toml"), Ok(Command::Keys("p.toml".into(), Deed::Drop(1))));
    assert_eq!(read("keys list -c p.toml"), Ok(Command::Keys("p.toml".into(), Deed::List)));
    assert_eq!(read("clinics list -c p.toml"), Ok(Command::Clinics("p.toml".into())));
    for (which, expected) in [("--all", Which::All), ("--id 00ff", Which::One(255))] {
        let line = format!("mail retry -c p.toml {which}");
        assert_eq!(read(&line), Ok(Command::RetryMail("p.toml".into(), expected)));
    }
    assert_eq!(read("-V"), Ok(Command::Version));
}

#[test]
fn the_rest_is_told() {
    let table = [
        ("--config", "--config needs the path of a file"),
        ("-c a -c b", "--config is there twice"),
        ("check", "check needs --config FILE"),
        ("mail dead", "mail dead needs --config FILE"),
        ("copy --from sqlite:a --to sqlite:b", "copy needs --from DATABASE --to DATABASE --keys FILE"),
        ("copy --from", "--from needs what to take"),
        ("check -c p.toml --keys k", "`check` takes no --keys: clinic-server check --config FILE"),
        ("--keys k", "--keys needs a command before it; --help lists them"),
        (
            "copy --from sqlite:a --to sqlite:b --keys k -c p.toml",
            "`copy` takes no --config: clinic-server copy --from DATABASE --to DATABASE --keys FILE",
        ),
        (
            "copy --from sqlite:a --to b.db --keys k",
            "--to must be sqlite:FILE, postgres://…, or config:FILE for the database of a configuration file",
        ),
        ("audit verify", "audit verify needs --config FILE"),
        ("backup -c p.toml", "backup needs --config FILE --to BACKUP [--force]"),
        ("--confg p.toml", "\"--confg p.toml\" is not understood; --help tells what is"),
        ("serve it", "\"serve it\" is not understood; --help tells what is"),
        ("chekc -c p", "\"chekc\" is not understood; did you mean \"check\"? --help tells what is"),
        ("back-up -c p", "\"back-up\" is not understood; did you mean \"backup\"? --help tells what is"),
        ("mails dead", "\"mails dead\" is not understood; did you mean \"mail dead\"? --help tells what is"),
        ("mail retry -c p", "mail retry needs --config FILE (--id NUMBER | --all)"),
        ("mail retry -c p --all --id 1", "mail retry needs --config FILE (--id NUMBER | --all)"),
        ("keys use -c p", "keys use needs --config FILE --id NUMBER"),
        ("keys use -c p --id 0", "--id must be the number of a key, from 1 to 65535"),
        ("mail --config p.toml", "\"mail\" is not the whole command: mail dead, mail retry; --help tells more"),
    ];
    for (line, sentence) in table {
        assert_eq!(read(line).unwrap_err(), sentence);
    }
}

#[test]
fn every_command_has_its_help() {
    let Ok(Command::Help(all)) = read("--help") else { panic!("there is help") };
    for form in &FORMS {
        let name = form.words.join(" ");
        assert!(all.contains(&format!("clinic-server {name}")), "{name}");
        let Ok(Command::Help(one)) = read(&format!("{name} -h")) else { panic!("{name} has help") };
        assert!(one.lines().any(|line| line.starts_with(&format!("clinic-server {name}"))), "{one}");
        assert!(one.lines().chain(all.lines()).all(|line| line.chars().count() <= 120), "{one}");
    }
}
