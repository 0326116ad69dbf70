//! The help of the commands: short at 80 columns, under headings, and with the shared options that have an effect.

use crate::program::Program;

/// Commands, and the shared options that their help shows.
const SHARED_OPTIONS: [(&[&str], &[&str]); 6] = [
    (
        &["create"],
        &["--config", "--to", "--set", "--format", "--verbose", "--quiet", "--color", "--log-format"],
    ),
    (&["init"], &["--config", "--set", "--color"]),
    (&["sandbox"], &["--color"]),
    (&["schema"], &[]),
    (&["completions"], &[]),
    (
        &["contract", "test"],
        &["--config", "--set", "--format", "--verbose", "--quiet", "--color", "--log-format"],
    ),
];

#[tokio::test]
async fn the_help_shows_only_shared_options_with_an_effect() {
    let (_, all) = SHARED_OPTIONS[0];
    for (command, shown) in SHARED_OPTIONS {
        let help = Program::new(&[command, &["--help"]].concat()).run().await.expect_code(0).stdout;
        for option in all {
            // The examples may name others.
            let is_shown = help.contains(&format!("  {option} <")) || help.contains(&format!(", {option}\n"));
            assert_eq!(is_shown, shown.contains(option), "{command:?} {option}: {help}");
        }
    }
}

#[tokio::test]
async fn options_without_an_effect_are_accepted() {
    let options = ["--config", "x.toml", "--to", "acme", "--set", "a.b=c", "--format", "json", "--quiet"];
    let log = ["--log-format", "json", "--color", "never"];
    Program::new(&[&["schema", "contact"], &options[..], &log].concat()).run().await.expect_code(0);
    Program::new(&[&options[..], &log, &["completions", "bash"]].concat()).run().await.expect_code(0);
}

/// Returns the help of a command at 80 columns.
async fn help_of(arguments: &[&str]) -> String {
    Program::new(arguments).columns(80).run().await.expect_code(0).stdout
}

/// Returns the words of every command that has a help text.
async fn all_commands() -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    let mut next = 0;
    while let Some(command) = all.get(next).cloned() {
        next += 1;
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let help = help_of(&[&words[..], &["--help"]].concat()).await;
        let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = commands.take_while(|line| !line.is_empty());
        let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
        all.extend(names.map(|name| [&command[..], &[name.to_owned()]].concat()));
    }
    all
}

#[tokio::test]
async fn examples_can_be_pasted_and_text_is_folded_once() {
    let commands = all_commands().await;
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let help = help_of(&[&words[..], &["--help"]].concat()).await;
        let mut paragraphs = help.split("\n\n").skip_while(|it| !it.contains("Example")).peekable();
        assert!(command.is_empty() || paragraphs.peek().is_some(), "{command:?} has no example");
        for paragraph in paragraphs {
            let mut lines = paragraph.lines().filter(|line| !line.is_empty()).peekable();
            while let Some(line) = lines.next() {
                assert!(line.chars().count() <= 80, "{command:?}: {line:?}");
                let next = lines.peek().copied().unwrap_or_default();
                let is_command = line.starts_with("  ");
                assert!(
                    !is_command || next.starts_with("      ") == line.ends_with('\\'),
                    "{command:?}: {line:?}, {next:?}"
                );
                let first = next.split(' ').next().unwrap_or_default();
                let is_folded = !is_command && !line.ends_with(':') && !next.is_empty();
                let fits = line.chars().count() + 1 + first.chars().count() <= 80;
                assert!(!(is_folded && fits), "{command:?}: a line ends early: {line:?}, {next:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_short_help_of_all_commands() {
    insta::assert_snapshot!(help_of(&["-h"]).await, @"
    Creates one contact in many CRMs, reports the outcome in each, and never creates
    a contact twice by accident

    Usage: unicontact [OPTIONS] <COMMAND>

    Commands:
      demo         Try it: send sample contacts to stand-ins of the vendors
      init         Write a configuration, by asking or from options
      create       Create one contact at every provider
      import       Create many contacts, from CSV, workbooks, JSON or vCards
      worker       Deliver contacts from the queue, beside other workers
      status       Show the queue, its workers and the outcomes
      migrate      Migrate a queue of version 0.1.0
      queue        Pause and resume providers, look at dead letters, purge and
                   repair the queue
      deliveries   List, retry and resolve the deliveries in the journal
      verify       Compare the contacts of a vendor with the journal
      plan         Show the requests for a contact; sends nothing
      providers    Show the configured providers and what their vendors can store
      vendors      List the vendors, show what is known of one, describe another in
                   a file
      check        Check the configuration and, with --online, the credentials
      sandbox      Serve stand-ins of the vendors on this machine
      contract     Test adapters against the fixtures of their vendors
      schema       Print a JSON Schema
      completions  Print a completion script for a shell
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Global options:
          --config <PATH>    The configuration file [default: unicontact.toml]
          --to <NAME>        Use only these providers; also --provider
          --set <KEY=VALUE>  Set a key, such as defaults.timeout=5s; no secrets
          --format <FORMAT>  The output: human or json [default: human]
      -v, --verbose          Print more details
      -q, --quiet            Print results, warnings and errors, and no notes

    First steps:
      unicontact demo
      unicontact init
      unicontact import people.csv --dry-run

    Exit codes: 0 every delivery is created, existing or skipped; 1 some were
    rejected, failed or are pending; 2 the command line, configuration or input is
    wrong; 3 something is in doubt.
    ");
}

#[tokio::test]
async fn the_short_help_of_create() {
    insta::assert_snapshot!(help_of(&["create", "-h"]).await, @r#"
    Create one contact at every provider

    Usage: unicontact create [OPTIONS] [FILE]

    Arguments:
      [FILE]  A contact as JSON; - reads standard input

    Options:
          --policy <POLICY>  Which providers must have the contact [default: all]
                             [possible values: all, any, first-failure]
          --again            Send the contact although an earlier run delivered it;
                             creates a second contact
          --before <TIME>    With --again: only if the last delivery was before TIME
          --again-doubts     Send the contact although its delivery is in doubt; may
                             create a second contact
          --wait             While the delivery is in doubt, wait and look it up
                             again
      -h, --help             Print help (see more with '--help')

    Contact:
          --name <NAME>          The full name
          --email <ADDRESS>      An e-mail address; may be repeated
          --phone <NUMBER>       A phone number; may be repeated
          --organization <NAME>  The organization's name
          --title <TITLE>        The job title
          --notes <TEXT>         Free text
          --external-id <ID>     Your own id of the contact
          --kind <KIND>          person or organization

    People:
          --identify-by <METHOD>  Recognize people of earlier deliveries by
                                  identity, content, email, phone or id
          --yes                   Allow another method than the journal's

    Global options:
          --config <PATH>    The configuration file [default: unicontact.toml]
          --to <NAME>        Use only these providers; also --provider
          --set <KEY=VALUE>  Set a key, such as defaults.timeout=5s; no secrets
          --format <FORMAT>  The output: human or json [default: human]
      -v, --verbose          Print more details
      -q, --quiet            Print results, warnings and errors, and no notes

    Examples:
      unicontact create contact.json
      unicontact create --name 'Ada King' --email ada@example.com
      echo '{"name": "Ada King"}' | unicontact create - --to acme,iot
    "#);
}

#[tokio::test]
async fn the_short_help_of_import_has_headings() {
    insta::assert_snapshot!(help_of(&["import", "-h"]).await, @"
    Create many contacts, from CSV, workbooks, JSON or vCards

    Usage: unicontact import [OPTIONS] <FILE>...

    Arguments:
      <FILE>...  Files of contacts, and folders whose files are read by name; -
                 reads standard input

    Options:
      -h, --help  Print help (see more with '--help')

    Input:
          --input-format <FORMAT>  The format: csv, ndjson, json, vcard, jscontact
                                   or workbook [default: detected]
          --sheet <NAME>           The sheet of a workbook [default: the only one
                                   with contacts]
          --map <PATH>             A file that maps columns to fields
          --suggest-map            Print a mapping to complete, and do nothing else
          --delimiter <CHARACTER>  The delimiter of a CSV: one character, or tab
                                   [default: detected]
          --encoding <NAME>        The encoding, such as utf-16le or windows-1252
                                   [default: detected]
          --on-bad-cell <WHAT>     What to do with an unreadable cell, such as an
                                   invalid e-mail address [possible values: drop,
                                   reject]

    Output:
          --rejects <PATH>  The file for rejected rows [default: FILE.rejects.csv,
                            .ndjson or .vcf]
          --report <PATH>   The file for the outcome of every contact, a line of
                            JSON each
          --notes <PATH>    The file for dropped cells and doubtful texts, a CSV

    Sending:
          --dry-run               Send nothing, and show what would be sent, refused
                                  and lost
          --wait                  Wait for paused providers and doubts
          --max-rejects <NUMBER>  Stop reading after more than this many rejected
                                  rows in all files
          --again                 Also send contacts that earlier runs delivered;
                                  creates second contacts
          --before <TIME>         With --again: only contacts that were delivered
                                  before TIME
          --again-doubts          Also send contacts whose delivery is in doubt; may
                                  create second contacts

    People:
          --identify-by <METHOD>  Recognize people of earlier deliveries by
                                  identity, content, email, phone or id
          --yes                   Allow another method than the journal's
          --same-identity <WHAT>  What to do with a row that contradicts an earlier
                                  row of the same person [default: reject] [possible
                                  values: reject, send]

    Queue:
          --queue [<URL>]  Use the queue on the servers at URL, or on those of the
                           configuration

    Global options:
          --config <PATH>    The configuration file [default: unicontact.toml]
          --to <NAME>        Use only these providers; also --provider
          --set <KEY=VALUE>  Set a key, such as defaults.timeout=5s; no secrets
          --format <FORMAT>  The output: human or json [default: human]
      -v, --verbose          Print more details
      -q, --quiet            Print results, warnings and errors, and no notes

    Examples:
      unicontact import people.csv --dry-run
      unicontact import people.csv
      unicontact import customers.csv phone.vcf exports/
      unicontact import people.xlsx --sheet Customers
      psql --csv -c 'SELECT id, name, email FROM people' | unicontact import -

    For headers that are not recognized:
      unicontact import people.csv --suggest-map > mapping.toml
      unicontact import people.csv --map mapping.toml
    ");
}

#[tokio::test]
async fn the_long_help_of_init() {
    insta::assert_snapshot!(help_of(&["init", "--help"]).await, @r"
    Write a configuration, by asking or from options

    Usage: unicontact init [OPTIONS] [VENDOR]

    Arguments:
      [VENDOR]
              The vendor of the provider; without it, the command asks

    Options:
          --vendor <VENDOR>
              The vendor, as an option

          --name <NAME>
              The name of the provider, of your choice [default: the vendor's name]

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --config <PATH>
              The configuration file, or UNICONTACT_CONFIG [default:
              unicontact.toml]

          --set <KEY=VALUE>
              Set a key, such as defaults.timeout=5s; no secrets
              
              May be repeated. Other users of this machine can see the command line.

          --color <WHEN>
              When to use colours: auto, always or never [default: auto]

    Examples:
      unicontact init
      unicontact init smarttask --name acme --set organization_id=38 \
          --set access_token_file=token.txt

    A KEY of --set without a dot belongs to the provider. Secrets are no options:
    --set KEY_file=PATH names the file that holds one, or its variable is set:
    UNICONTACT_PROVIDERS__VENDOR__NAME__KEY.
    ");
}
