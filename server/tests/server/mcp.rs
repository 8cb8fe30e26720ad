//! What agents do with their tools when somebody else acts on the same sites.

use std::sync::Arc;

use domain::publishing::record::{RemovalRecord, SiteRecord};
use domain::records::{Records, put};
use domain::table::Condition;
use protocol::{SiteId, SiteStatus};
use storage::Sqlite;

use crate::support::{ServerProcess, Work, until};

/// Waits until the session's agent has published for the `count`th time; the site.
async fn publishes(work: &Work, count: usize) -> SiteId {
    until("a published site", || async {
        let messages = work.messages().await;
        let mut cards = messages.iter().filter(|it| it["role"] == "published");
        cards.nth(count - 1)?["body"]["site"].as_str()?.parse().ok()
    })
    .await
}

/// Begins to remove a site. A server that runs does not hear of it and goes on with it after its
/// next start, so until then the removal takes as long as one on a delivery network.
async fn begin_removal(server: &ServerProcess, site: SiteId) {
    let table = Sqlite::open(server.folder.path().join("tmux-builder.db")).await;
    let records = Records::new(Arc::new(table.unwrap()));
    let key = SiteRecord::key_of(site);
    let mut found = records.require::<SiteRecord>(&key).await.unwrap();
    found.value.status = SiteStatus::Removing;
    let writes = vec![
        put(&found.value, found.unchanged()),
        put(&RemovalRecord { site }, Condition::Always),
    ];
    records.transact(writes).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_whose_site_is_removed_publishes_a_new_one() {
    let mut server = ServerProcess::start().await;
    let work = server.session().await;
    work.send("Create a tea shop website").await;
    let first = publishes(&work, 1).await;

    begin_removal(&server, first).await;
    work.send("make it darker").await;
    let second = publishes(&work, 2).await;
    assert_ne!(second, first, "it is being removed");

    server.stop().await;
    begin_removal(&server, second).await;
    server.start_again().await;
    until("the end of both removals", || async {
        let sites = server.client.get("/api/deployments").await.good();
        (sites["total"] == 0).then_some(())
    })
    .await;
    work.send("make it warmer").await;
    let third = publishes(&work, 3).await;
    assert!(third != first && third != second, "they are gone");
    work.send("make it lighter").await;
    assert_eq!(publishes(&work, 4).await, third);
}
