//! Pages, as the router of the application lists them.

use leptos_axum::generate_route_list;

use super::World;

/// Pages for people who are not signed in.
const PUBLIC: [&str; 4] = ["/setup", "/sign-in", "/join", "/shared"];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_sends_strangers_away_and_hides_what_is_not_theirs() {
    let world = World::new().await;
    let pages = generate_route_list(app::App);
    assert!(pages.len() > PUBLIC.len());
    for page in pages {
        let route = page.path();
        let path = route
            .replace("{guid}", world.guid.as_str())
            .replace("{project}", &world.project.to_string())
            .replace("{session}", &world.session.to_string());
        assert!(!path.contains(['{', ':']), "fill in the parts of {path}");
        let nobody = world.nobody.visit(&path).await;
        world.silent(route, &nobody);
        if PUBLIC.contains(&route) {
            // The first run's page leads on once there is an owner.
            assert!(
                matches!(nobody.status, 200 | 302),
                "{route}: {}",
                nobody.status
            );
            continue;
        }
        assert_eq!(nobody.status, 302, "{route}: {}", nobody.text);
        let to = nobody.header("location");
        assert!(to.starts_with("/sign-in"), "{route} leads to {to}");
        let stranger = world.stranger.visit(&path).await;
        world.silent(route, &stranger);
        if path == route {
            assert!(
                matches!(stranger.status, 200 | 302),
                "{route}: {}",
                stranger.status
            );
        } else {
            world.hidden(route, &stranger);
        }
        let viewer = world.viewer.visit(&path).await;
        assert!(
            matches!(viewer.status, 200 | 302),
            "{route}: {}",
            viewer.status
        );
    }
}
