//! The emulator that the other tests rely on.

use std::net::TcpStream;

use cloud::aws::clients::AccessKey;

use super::support::Ministack;

#[tokio::test]
async fn an_emulator_checks_keys_and_ends_with_its_test() {
    let ministack = Ministack::start().await;
    let root = ministack.root().await;
    let who = root.sts.get_caller_identity().send().await.unwrap();
    assert!(who.arn().unwrap().ends_with(":root"), "{who:?}");

    let stranger = root.acting_with(&AccessKey {
        id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret: "wrong".into(),
        token: None,
    });
    let refused = stranger.sts.get_caller_identity().send().await;
    assert_eq!(
        refused
            .unwrap_err()
            .raw_response()
            .unwrap()
            .status()
            .as_u16(),
        403
    );

    let port = ministack.port();
    drop(ministack);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
