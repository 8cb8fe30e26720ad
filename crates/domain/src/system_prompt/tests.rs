//! The prompt as it is written, in files beside this one. Our words and their version change
//! together: raise the version, and run this with `TMUX_BUILDER_UPDATE_SNAPSHOTS=1`.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use protocol::{AgentInfo, Guid, PermissionPolicy, ProjectId, SessionId, SessionStatus, Timestamp};

use super::*;

const UPDATE: &str = "TMUX_BUILDER_UPDATE_SNAPSHOTS";
const SITE: (&str, &str) = (
    "9a31c2f0-0000-4000-8000-000000000000",
    "https://d111abc.cloudfront.net",
);

struct Case {
    site: Option<(&'static str, &'static str)>,
    hosted_on: HostedOn,
    objectives: &'static str,
    house_rules: String,
    rules: String,
}

impl Case {
    const fn new(hosted_on: HostedOn) -> Self {
        Self {
            site: None,
            hosted_on,
            objectives: "",
            house_rules: String::new(),
            rules: String::new(),
        }
    }

    fn text(&self) -> String {
        let guid = Guid::from_bytes([1; 32]);
        let project = Project {
            id: ProjectId::random(),
            guid: guid.clone(),
            name: "Tea Shop".into(),
            slug: "tea-shop".into(),
            description: String::new(),
            rules: self.rules.clone(),
            created_at: Timestamp::default(),
            archived: false,
        };
        let session = Session {
            id: SessionId::random(),
            guid,
            project: project.id,
            number: 2,
            title: String::new(),
            objectives: self.objectives.into(),
            agent: AgentInfo {
                name: "demo".into(),
                label: "Demo agent".into(),
                demo: true,
            },
            policy: PermissionPolicy::Ask,
            status: SessionStatus::Idle,
            cost_usd: 0.0,
            created_at: Timestamp::default(),
            active_at: Timestamp::default(),
            archived: false,
        };
        write(PromptFacts {
            workspace: "My workspace",
            project: &project,
            session: &session,
            site: self.site,
            hosted_on: &self.hosted_on,
            skills: &Skills::builtin(),
            house_rules: &self.house_rules,
        })
    }
}

fn aws() -> HostedOn {
    HostedOn::Aws {
        region: "us-east-1".into(),
    }
}

#[test]
fn the_prompt_is_what_the_snapshots_say() {
    let update = Case {
        site: Some(SITE),
        ..Case::new(aws())
    };
    let demanding = Case {
        objectives: "Sell green tea.\nIn two languages.",
        house_rules: "Every page has a link to /imprint.".into(),
        rules: "# House rules\nUse British English.".into(),
        ..Case::new(HostedOn::ThisMachine)
    };
    for (name, case) in [
        ("local-new", Case::new(HostedOn::ThisMachine)),
        ("local-with-rules", demanding),
        ("aws-new", Case::new(aws())),
        ("aws-update", update),
    ] {
        compare(name, &case.text());
    }
}

/// Compares with the snapshot, or writes it if that is asked for.
fn compare(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = path.join(format!("src/system_prompt/snapshots/{name}.txt"));
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if known == text {
        return;
    }
    let same_version = known.lines().next() == text.lines().next();
    let changed = difference(&known, text);
    assert!(
        !same_version,
        "{name}: the words changed and their version did not; raise VERSION.\n{changed}"
    );
    assert!(
        std::env::var_os(UPDATE).is_some(),
        "{name} is another one. If that is meant, run this with {UPDATE}=1.\n{changed}"
    );
    save(&path, text);
}

fn save(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The lines that only one of two texts has.
fn difference(old: &str, new: &str) -> String {
    let only = |mark: char, one: &str, other: &str| {
        let other: Vec<_> = other.lines().collect();
        let lines = one.lines().filter(|line| !other.contains(line));
        lines
            .map(|line| format!("{mark} {line}\n"))
            .collect::<String>()
    };
    only('-', old, new) + &only('+', new, old)
}

#[test]
fn new_and_update_are_told_apart() {
    let new = Case::new(aws()).text();
    assert!(new.contains("makes a NEW one"));
    let update = Case {
        site: Some(SITE),
        ..Case::new(aws())
    };
    let update = update.text();
    assert!(update.contains("publish an UPDATE") && update.contains(SITE.0));
}

#[test]
fn only_sites_on_aws_are_promised_a_distribution() {
    assert!(Case::new(aws()).text().contains("live on CloudFront"));
    let local = Case::new(HostedOn::ThisMachine).text();
    let (before_skills, _) = local.split_once("# Skills").unwrap();
    assert!(!before_skills.contains("CloudFront"));
}

#[test]
fn what_nobody_demands_has_no_section() {
    let text = Case::new(aws()).text();
    for title in ["# Objectives", "# House rules", "# Rules of"] {
        assert!(!text.contains(title), "{title}");
    }
}

proptest! {
    #[test]
    fn nobodys_words_leave_their_section(
        house in "(\\PC|\n|\r|\u{2028}|# House rules|> ){0,60}",
        rules in any::<String>(),
    ) {
        let text = Case {
            house_rules: house.clone(),
            rules: rules.clone(),
            ..Case::new(aws())
        }
        .text();
        let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
        let lines: Vec<_> = text.split(ends).collect();
        let ours = Case::new(aws()).text();
        let ours: Vec<_> = ours.lines().collect();
        let foreign = lines.iter().filter(|line| !line.is_empty() && !ours.contains(line));
        let unquoted: Vec<_> = foreign.filter(|line| !line.starts_with("> ")).collect();
        let demands = [&house, &rules].iter().filter(|words| !words.trim().is_empty()).count();
        // A title and an introduction of each section.
        prop_assert_eq!(unquoted.len(), 2 * demands, "{:?}", unquoted);
        prop_assert!(text.starts_with(&ours.join("\n")));
    }
}
