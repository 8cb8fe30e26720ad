//! What one conversation built, and the conversations that follow it in the same project.

use super::*;

const BRANCH: &str = "This conversation goes on from an earlier one. What was said:\n\nPerson:\n> Create a rock band \
     website\n\nAgent:\n> Your site is live.\n\nThe person goes on:\nmake it green";

/// Says this in a new conversation and returns what came of it.
async fn converse_once(settings: &Settings, words: &str) -> Vec<AgentEvent> {
    let mut demo = Demo::start(Settings {
        conversation: Uuid::new_v4(),
        ..settings.clone()
    });
    demo.say(words).await;
    let events = demo.turn().await;
    assert_eq!(outcome(&events), &Outcome::Done);
    assert_eq!(demo.end().await, 0);
    events
}

fn read(folder: &TempDir, file: &str) -> String {
    std::fs::read_to_string(folder.path().join("site").join(file)).unwrap()
}

#[tokio::test]
async fn a_new_session_and_a_branch_go_on_from_the_page_that_is_there() {
    for words in ["make it green", BRANCH] {
        let folder = tempfile::tempdir().unwrap();
        let (tools, server) = tool_server(&folder).await;
        let settings = Settings {
            tools: Some(tools),
            ..settings(&folder)
        };
        converse_once(&settings, "Create a tea shop website called Zoë’s Café").await;
        converse_once(&settings, "Add a section about our garden: It is large.").await;
        let (page, css) = (read(&folder, "index.html"), read(&folder, "style.css"));
        assert!(page.contains("It is large") && page.contains("<title>Zoë’s Café"));

        let events = converse_once(&settings, words).await;
        assert_eq!(sections(&read(&folder, "index.html")), sections(&page));
        assert_ne!(read(&folder, "style.css"), css);
        assert!(texts(&events)[1].starts_with("The update is live"));

        // What is taken back is the last change, whoever made it.
        converse_once(&settings, "undo").await;
        assert_eq!(read(&folder, "style.css"), css);
        assert_eq!(read(&folder, "index.html"), page);
        let calls = &server.lock().unwrap().calls;
        let sites = calls[1..].iter().map(|call| &call["arguments"]["site"]);
        assert!(calls.len() == 4 && sites.into_iter().all(|site| site == "site-1"));
    }
}

/// The page without its art, which has the colours in it.
fn sections(page: &str) -> Vec<&str> {
    let lines = page.lines().map(str::trim_start);
    let told = ["<h1", "<h2", "<p", "<li", "<title"];
    lines
        .filter(|line| told.iter().any(|mark| line.starts_with(mark)))
        .collect()
}

#[tokio::test]
async fn without_files_a_branch_goes_by_what_was_said() {
    let folder = tempfile::tempdir().unwrap();
    converse_once(&settings(&folder), BRANCH).await;
    assert!(read(&folder, "index.html").contains("<title>Rock Band"));
}

#[tokio::test]
async fn sessions_of_two_sites_keep_their_pages() {
    let folder = tempfile::tempdir().unwrap();
    let (tools, server) = tool_server(&folder).await;
    let settings = Settings {
        tools: Some(tools),
        ..settings(&folder)
    };
    let mut tea = Demo::start(settings.clone());
    tea.say("Create a tea shop website").await;
    tea.turn().await;
    converse_once(&settings, "Create a second website for a rock band").await;
    // The newest is not the one that was changed last.
    server.lock().unwrap().sites.sort();
    converse_once(&settings, "make it darker").await;
    assert!(read(&folder, "index.html").contains("<title>Rock Band"));
    tea.say("make it green").await;
    tea.turn().await;
    assert!(read(&folder, "index.html").contains("<title>Tea Shop"));
    let named = [None, None, Some("site-2"), Some("site-1")];
    assert_eq!(server.lock().unwrap().named(), named);
}

#[tokio::test]
async fn a_session_sees_what_another_one_changed_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder);
    let mut first = Demo::start(settings.clone());
    first.say("Create a tea shop website").await;
    first.turn().await;
    converse_once(&settings, "Change the name to Leaf House").await;
    first.say("make it darker").await;
    first.turn().await;
    assert!(read(&folder, "index.html").contains("<title>Leaf House"));
    assert!(read(&folder, "style.css").contains("color-scheme: dark"));
}
