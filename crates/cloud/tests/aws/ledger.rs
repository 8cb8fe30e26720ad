//! The ledger's promises: one owner for a name, for ever; states that only go where they may.

use cloud::aws::ledger::{Kind, Ledger, LedgerError, Row, State, TABLE};
use domain::hosting::Target;
use futures::future::join_all;
use protocol::{Guid, ProjectId, SiteId, Timestamp};

use super::support::Ministack;

fn target(first: u8, rest: u8, slug: &str) -> Target {
    let mut bytes = [rest; 32];
    bytes[..6].fill(first);
    let guid = Guid::from_bytes(bytes);
    Target {
        name: format!("tmux-{}-{slug}-20260204-113925", guid.short()),
        guid,
        project: ProjectId::random(),
        site: SiteId::random(),
        place: None,
    }
}

fn row(target: &Target, kind: Kind, second: i64) -> Row {
    Row::of_site(
        target,
        kind,
        Timestamp::from_millis(1_770_205_165_000).plus_seconds(second),
    )
}

async fn ledger(ministack: &Ministack) -> Ledger {
    let ledger = Ledger::new(&ministack.root().await);
    ledger.prepare().await.unwrap();
    ledger
}

#[tokio::test]
async fn servers_that_start_together_share_one_safe_table() {
    let ministack = Ministack::start().await;
    let root = ministack.root().await;
    let servers = (0..8).map(|_| async { Ledger::new(&root).prepare().await });
    for prepared in join_all(servers).await {
        prepared.unwrap();
    }
    let table = root
        .dynamodb
        .describe_table()
        .table_name(TABLE)
        .send()
        .await;
    let table = table.unwrap().table.unwrap();
    assert_eq!(table.deletion_protection_enabled, Some(true));
    assert_eq!(
        table
            .billing_mode_summary
            .unwrap()
            .billing_mode
            .unwrap()
            .as_str(),
        "PAY_PER_REQUEST"
    );
    let backups = root
        .dynamodb
        .describe_continuous_backups()
        .table_name(TABLE)
        .send()
        .await;
    let backups = backups.unwrap().continuous_backups_description.unwrap();
    let recovery = backups.point_in_time_recovery_description.unwrap();
    assert_eq!(
        recovery.point_in_time_recovery_status.unwrap().as_str(),
        "ENABLED"
    );
}

#[tokio::test]
async fn a_name_has_one_owner_for_ever() {
    let ministack = Ministack::start().await;
    let ledger = ledger(&ministack).await;
    // Two workspaces whose guids begin with the same digits, and so does the bucket's name.
    let (mine, theirs) = (target(7, 1, "tea"), target(7, 2, "tea"));
    assert_eq!(mine.name, theirs.name);
    let other_site = Target {
        site: SiteId::random(),
        ..mine.clone()
    };

    let intended = ledger.intend(&row(&mine, Kind::Bucket, 0)).await.unwrap();
    assert_eq!(intended.state, State::Intended);
    for other in [&theirs, &other_site] {
        let refused = ledger.intend(&row(other, Kind::Bucket, 1)).await;
        assert!(matches!(refused, Err(LedgerError::NameTaken(name)) if name == mine.name));
    }
    // Its owner goes on, and finds what it wrote before.
    assert_eq!(
        ledger.intend(&row(&mine, Kind::Bucket, 2)).await.unwrap(),
        intended
    );
    let active = ledger.activate(&intended).await.unwrap();
    assert_eq!(
        ledger.intend(&row(&mine, Kind::Bucket, 3)).await.unwrap(),
        active
    );
    assert_eq!(
        ledger.owner_of(Kind::Bucket, &mine.name).await.unwrap(),
        Some(mine_owner(&mine))
    );

    ledger.mark_deleting(&active).await.unwrap();
    for target in [&mine, &theirs, &other_site] {
        assert!(ledger.intend(&row(target, Kind::Bucket, 4)).await.is_err());
    }
    ledger.mark_deleted(&active).await.unwrap();
    for target in [&mine, &theirs, &other_site] {
        assert!(ledger.intend(&row(target, Kind::Bucket, 5)).await.is_err());
    }
    let kept = ledger
        .get(&mine.guid, Kind::Bucket, &mine.name)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.state, State::Deleted);
    assert_eq!(ledger.of_workspace(&theirs.guid).await.unwrap(), []);
}

fn mine_owner(target: &Target) -> cloud::aws::ledger::Owner {
    row(target, Kind::Bucket, 0).owner()
}

#[tokio::test]
async fn of_many_claims_of_a_name_one_wins() {
    let ministack = Ministack::start().await;
    let ledger = ledger(&ministack).await;
    let targets: Vec<_> = (0..12).map(|rest| target(9, rest, "same")).collect();
    let claims = targets.iter().map(|target| {
        let row = row(target, Kind::Bucket, 0);
        let ledger = ledger.clone();
        async move { ledger.intend(&row).await }
    });
    let results = join_all(claims).await;
    let won = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(won, 1, "{results:?}");
    for result in results.into_iter().filter_map(Result::err) {
        assert!(matches!(result, LedgerError::NameTaken(_)), "{result:?}");
    }
    assert_eq!(ledger.all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_user_may_come_back_to_its_workspace_only() {
    let ministack = Ministack::start().await;
    let ledger = ledger(&ministack).await;
    let (mine, theirs) = (target(3, 1, "a").guid, target(3, 2, "a").guid);
    let user = |guid: &Guid| {
        Row::of_workspace(
            guid,
            Kind::User,
            "tmux-user-030303030303",
            Timestamp::default(),
        )
    };
    let row = ledger.intend(&user(&mine)).await.unwrap();
    assert!(ledger.intend(&user(&theirs)).await.is_err());
    ledger.mark_deleting(&row).await.unwrap();
    ledger.mark_deleted(&row).await.unwrap();
    assert!(ledger.intend(&user(&theirs)).await.is_err());
    assert_eq!(
        ledger.intend(&user(&mine)).await.unwrap().state,
        State::Intended
    );
}

#[tokio::test]
async fn what_aws_names_takes_the_place_of_its_placeholder() {
    let ministack = Ministack::start().await;
    let ledger = ledger(&ministack).await;
    let target = target(5, 5, "tea");
    let placeholder = ledger
        .intend(&row(&target, Kind::Distribution, 0))
        .await
        .unwrap();
    assert!(placeholder.is_placeholder());
    let real = Row {
        id: "E123".to_owned(),
        state: State::Active,
        arn: Some("arn:aws:cloudfront::000000000000:distribution/E123".to_owned()),
        ..placeholder.clone()
    };
    let stranger = Row {
        site: Some(SiteId::random()),
        ..real.clone()
    };
    assert!(ledger.replace(&placeholder, &stranger).await.is_err());
    // Twice, as after an answer that was lost.
    for _ in 0..2 {
        assert_eq!(ledger.replace(&placeholder, &real).await.unwrap(), real);
    }
    assert_eq!(
        ledger.of_site(&target.guid, target.site).await.unwrap(),
        [real]
    );
}

#[tokio::test]
async fn states_go_forward_and_only_for_their_owner() {
    let ministack = Ministack::start().await;
    let ledger = ledger(&ministack).await;
    let target = target(1, 1, "tea");
    let bucket = row(&target, Kind::Bucket, 0);
    let unknown = ledger.activate(&bucket).await.unwrap_err();
    assert!(unknown.to_string().contains("not there"), "{unknown}");
    ledger.intend(&bucket).await.unwrap();
    assert!(ledger.mark_deleted(&bucket).await.is_err());
    let stranger = Row {
        site: Some(SiteId::random()),
        ..bucket.clone()
    };
    let refused = ledger.mark_deleting(&stranger).await.unwrap_err();
    assert!(refused.to_string().contains("another site's"), "{refused}");
    // Each twice, as after an answer that was lost.
    for _ in 0..2 {
        ledger.mark_deleting(&bucket).await.unwrap();
    }
    assert!(ledger.activate(&bucket).await.is_err());
    for _ in 0..2 {
        ledger.mark_deleted(&bucket).await.unwrap();
    }
}

#[tokio::test]
async fn long_lists_are_read_to_their_end_newest_first() {
    let ministack = Ministack::start().await;
    let ledger = ledger(&ministack).await;
    let (one, two) = (target(1, 1, "a").guid, target(2, 2, "b").guid);
    // More than a page of 1 MB.
    let padding = "x".repeat(20_000);
    let rows: Vec<_> = (0..80)
        .map(|number| {
            let guid = if number % 8 == 0 { &two } else { &one };
            let at = Timestamp::from_millis(number);
            let mut row = Row::of_workspace(guid, Kind::Distribution, &format!("E{number}"), at);
            row.notes.insert("padding".to_owned(), padding.clone());
            row
        })
        .collect();
    for written in join_all(rows.iter().map(|row| ledger.intend(row))).await {
        written.unwrap();
    }
    let newest_first = |guid: Option<&Guid>| -> Vec<_> {
        let rows = rows
            .iter()
            .rev()
            .filter(|row| guid.is_none_or(|guid| row.guid == *guid));
        rows.map(|row| row.id.clone()).collect()
    };
    let ids = |rows: Vec<Row>| -> Vec<_> { rows.into_iter().map(|row| row.id).collect() };
    assert_eq!(ids(ledger.all().await.unwrap()), newest_first(None));
    assert_eq!(
        ids(ledger.of_workspace(&one).await.unwrap()),
        newest_first(Some(&one))
    );
}
