//! Each line is in the files once, whatever happens to the one who writes it.

use std::os::unix::fs::symlink;

use proptest::prelude::*;

use super::*;

/// A file that is full after some ten lines.
const SMALL: u64 = 2_000;

fn line(session: SessionId, sequence: u64) -> Line {
    Line {
        role: "user".into(),
        content: "tea ".repeat(10),
        timestamp: Timestamp::default()
            .plus_seconds(i64::try_from(sequence).unwrap())
            .rfc3339(),
        session,
        sequence,
    }
}

/// What the files have, oldest first.
fn lines(folder: &tempfile::TempDir) -> Vec<(SessionId, u64)> {
    let text = |number: u32| {
        let name = match number {
            0 => "chat_history.jsonl".to_owned(),
            number => format!("chat_history.{number}.jsonl"),
        };
        fs::read_to_string(folder.path().join(name)).unwrap_or_default()
    };
    let all: String = (0..=KEPT + 1).rev().map(text).collect();
    let written = |line| serde_json::from_str::<Written>(line).unwrap();
    all.lines()
        .map(written)
        .map(|it| (it.session, it.sequence))
        .collect()
}

fn opened(folder: &tempfile::TempDir) -> Book {
    Book::open_sized(folder.path().to_path_buf(), SMALL).unwrap()
}

/// Adds what the files lack of a session that has `stored` messages, as the service does.
fn catch_up(book: &mut Book, session: SessionId, stored: u64) {
    let gap = book.gap(session);
    let missing = (gap.after + 1..=stored).map(|sequence| line(session, sequence));
    let at = |line: &Line| Timestamp::from_rfc3339(&line.timestamp).unwrap();
    for line in missing.filter(|line| at(line) >= gap.since) {
        book.append(&line).unwrap();
    }
}

#[test]
fn full_files_are_kept_up_to_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let session = SessionId::random();
    let mut book = opened(&folder);
    (1..=200).for_each(|n| book.append(&line(session, n)).unwrap());
    let kept = lines(&folder);
    assert_eq!(kept.last(), Some(&(session, 200)));
    assert!(
        kept.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1),
        "{kept:?}"
    );
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(files.len(), KEPT as usize + 1);
    assert!(files.iter().all(|it| it.metadata().unwrap().len() <= SMALL));
    // Nothing that went with the oldest file comes back.
    let mut book = opened(&folder);
    catch_up(&mut book, session, 200);
    let gone = SessionId::random();
    catch_up(&mut book, gone, 10);
    assert_eq!(lines(&folder), kept);
}

#[test]
fn a_number_that_a_killed_server_left_free_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let session = SessionId::random();
    let mut book = opened(&folder);
    (1..=200).for_each(|n| book.append(&line(session, n)).unwrap());
    let oldest = lines(&folder)[0];
    fs::remove_file(folder.path().join("chat_history.2.jsonl")).unwrap();
    (201..=210).for_each(|n| book.append(&line(session, n)).unwrap());
    assert_eq!(lines(&folder)[0], oldest);
}

#[test]
fn links_and_pipes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("elsewhere");
    let place = folder.path().join("chat_history.jsonl");
    symlink(&target, &place).unwrap();
    assert!(Book::open(folder.path().to_path_buf()).is_err());
    assert!(!target.exists());
    fs::remove_file(&place).unwrap();
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &place, kind, 0o600.into(), 0).unwrap();
    assert!(Book::open(folder.path().to_path_buf()).is_err());
}

#[test]
fn what_is_no_line_of_ours_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("chat_history.jsonl");
    fs::write(&place, "not json\n{\"role\":\"user\"}\n\u{fffd}\n").unwrap();
    let session = SessionId::random();
    opened(&folder).append(&line(session, 1)).unwrap();
    let text = fs::read_to_string(&place).unwrap();
    assert!(text.starts_with("not json\n") && text.ends_with("\"sequence\":1}\n"));
}

/// What happens to a server that writes.
#[derive(Clone, Debug)]
enum Step {
    /// A session gets a message, which is stored and then written.
    Message(usize),
    /// The same, but the server is killed when so many bytes of it are written.
    Killed(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3_usize).prop_map(Step::Message),
        1 => (0..3_usize, 0..400_usize).prop_map(|(session, bytes)| Step::Killed(session, bytes)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_message_is_there_once(steps in prop::collection::vec(step(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let sessions: [SessionId; 3] = std::array::from_fn(|_| SessionId::random());
        let mut stored = [0; 3];
        let mut book = Book::open(folder.path().to_path_buf()).unwrap();
        for step in steps {
            match step {
                Step::Message(of) => {
                    stored[of] += 1;
                    book.append(&line(sessions[of], stored[of])).unwrap();
                }
                Step::Killed(of, bytes) => {
                    stored[of] += 1;
                    let text = format!("{}\n", serde_json::to_string(&line(sessions[of], stored[of])).unwrap());
                    let cut = &text[..bytes.min(text.len())];
                    let path = folder.path().join("chat_history.jsonl");
                    let mut file = OpenOptions::new().append(true).open(path).unwrap();
                    file.write_all(cut.as_bytes()).unwrap();
                    book = Book::open(folder.path().to_path_buf()).unwrap();
                    for (session, stored) in sessions.iter().zip(stored) {
                        catch_up(&mut book, *session, stored);
                    }
                }
            }
        }
        let written = lines(&folder);
        for (session, stored) in sessions.iter().zip(stored) {
            let of_session = written.iter().filter(|it| it.0 == *session).map(|it| it.1);
            prop_assert!(of_session.eq(1..=stored));
        }
    }
}
