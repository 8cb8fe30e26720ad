//! The comparison itself: each state of a row, with and without its resource.

use domain::hosting::Target;
use protocol::{ProjectId, Timestamp};

use super::*;

fn target() -> Target {
    Target {
        guid: Guid::from_bytes([1; 32]),
        project: ProjectId::random(),
        site: SiteId::random(),
        name: "tmux-010101010101-tea-20260204-113925".to_owned(),
        place: None,
    }
}

fn resource(target: &Target, kind: Kind, id: &str) -> Resource {
    Resource {
        kind,
        id: id.to_owned(),
        name: target.name.clone(),
        arn: None,
        tags: Tagged {
            guid: Some(target.guid.to_string()),
            project: Some(target.project.to_string()),
            site: Some(target.site.to_string()),
        },
    }
}

fn differences(rows: &[Row], resources: &[Resource], scope: Scope<'_>) -> Vec<Difference> {
    View::of(rows.to_vec(), resources.to_vec(), scope).differences()
}

#[test]
fn a_row_and_its_resource_agree_or_not() {
    let target = target();
    let found = resource(&target, Kind::Bucket, &target.name);
    for state in State::ALL {
        let row = Row {
            state,
            ..Row::of_site(&target, Kind::Bucket, Timestamp::default())
        };
        let (alone, both) = match state {
            State::Intended => (
                vec![Difference::Unfinished(row.clone())],
                vec![Difference::NotActivated(row.clone(), found.clone())],
            ),
            State::Active => (vec![Difference::Missing(row.clone())], vec![]),
            State::Deleting => (
                vec![Difference::HalfRemoved(row.clone())],
                vec![Difference::HalfRemoved(row.clone())],
            ),
            State::Deleted => (
                vec![],
                vec![Difference::StillThere(row.clone(), found.clone())],
            ),
        };
        let rows = [row];
        assert_eq!(differences(&rows, &[], Scope::All), alone, "{state}");
        assert_eq!(
            differences(&rows, std::slice::from_ref(&found), Scope::All),
            both,
            "{state}"
        );
    }
}

#[test]
fn a_second_distribution_of_a_site_is_not_covered_by_the_first() {
    let target = target();
    let placeholder = Row::of_site(&target, Kind::Distribution, Timestamp::default());
    let row = Row {
        id: "E1".to_owned(),
        state: State::Active,
        ..placeholder.clone()
    };
    let (first, second) = (
        resource(&target, Kind::Distribution, "E1"),
        resource(&target, Kind::Distribution, "E2"),
    );
    let both = [second.clone(), first.clone()];
    let unrecorded = vec![Difference::Unrecorded(second.clone())];
    assert_eq!(
        differences(std::slice::from_ref(&row), &both, Scope::All),
        unrecorded
    );
    // The row that knows its id comes first, in whatever order they are.
    for rows in [
        [row.clone(), placeholder.clone()],
        [placeholder.clone(), row],
    ] {
        let expected = vec![Difference::NotActivated(
            placeholder.clone(),
            second.clone(),
        )];
        assert_eq!(differences(&rows, &both, Scope::All), expected);
    }
}

#[test]
fn tags_decide_whose_a_resource_is() {
    let target = target();
    let row = Row {
        state: State::Active,
        ..Row::of_site(&target, Kind::Bucket, Timestamp::default())
    };
    let whole = resource(&target, Kind::Bucket, &target.name);
    assert!(is_owned(&row, &whole));
    let tagged = |tags| Resource {
        tags,
        ..whole.clone()
    };
    let other_guid = tagged(Tagged {
        guid: Some(Guid::from_bytes([2; 32]).to_string()),
        ..whole.tags.clone()
    });
    let other_site = tagged(Tagged {
        site: Some(SiteId::random().to_string()),
        ..whole.tags.clone()
    });
    let no_site = tagged(Tagged {
        site: None,
        ..whole.tags.clone()
    });
    for other in [
        &other_guid,
        &other_site,
        &no_site,
        &tagged(Tagged::default()),
    ] {
        assert!(!is_owned(&row, other), "{other:?}");
    }
    // In its first moment a bucket has no tags yet.
    let intended = Row {
        state: State::Intended,
        ..row
    };
    assert!(is_owned(&intended, &tagged(Tagged::default())));
    assert!(!is_owned(&intended, &other_guid));
}

#[test]
fn of_workspaces_that_begin_alike_each_sees_its_own() {
    let target = target();
    let found = resource(&target, Kind::Bucket, &target.name);
    let unrecorded = [Difference::Unrecorded(found.clone())];
    let resources = std::slice::from_ref(&found);
    let mut bytes = [1; 32];
    bytes[31] = 2;
    let alike = Guid::from_bytes(bytes);
    assert_eq!(alike.short(), target.guid.short());
    assert_eq!(differences(&[], resources, Scope::Workspace(&alike)), []);
    for scope in [
        Scope::All,
        Scope::Workspace(&target.guid),
        Scope::Site(&target.guid, target.site),
    ] {
        assert_eq!(differences(&[], resources, scope), unrecorded, "{scope:?}");
    }
    assert_eq!(
        differences(&[], resources, Scope::Site(&target.guid, SiteId::random())),
        []
    );
}
