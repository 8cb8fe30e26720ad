//! What a published site and its workspace's user consist of, made by hand: what the engine makes
//! is not taken for granted here.

use aws_sdk_cloudfront::types as cf;
use aws_sdk_iam::types::Tag as UserTag;
use aws_sdk_s3::types::{
    BucketVersioningStatus, Tag as BucketTag, Tagging, VersioningConfiguration,
};
use cloud::aws::clients::Clients;
use cloud::aws::ledger::{Kind, Ledger, Row};
use cloud::aws::names;
use domain::hosting::Target;
use protocol::{Guid, ProjectId, SiteId, Timestamp};

/// A new site of a workspace.
pub fn target(guid: &Guid, slug: &str) -> Target {
    Target {
        guid: guid.clone(),
        project: ProjectId::random(),
        site: SiteId::random(),
        name: format!("tmux-{}-{slug}-20260204-113925", guid.short()),
        place: None,
    }
}

/// An intended resource of the site.
pub fn row(target: &Target, kind: Kind) -> Row {
    Row::of_site(target, kind, Timestamp::from_millis(1_770_205_165_000))
}

/// The workspace's user as it is to be recorded.
pub fn user_row(guid: &Guid) -> Row {
    Row::of_workspace(guid, Kind::User, &names::user(guid), Timestamp::default())
}

/// Makes all of a site with its rows, and returns the distribution's id.
pub async fn make(root: &Clients, ledger: &Ledger, target: &Target) -> String {
    for kind in [Kind::Bucket, Kind::AccessControl, Kind::Distribution] {
        ledger.intend(&row(target, kind)).await.unwrap();
    }
    make_bucket(root, target).await;
    ledger.activate(&row(target, Kind::Bucket)).await.unwrap();
    let access = make_access(root, target).await;
    let named = |kind, id: &str| Row {
        id: id.to_owned(),
        ..row(target, kind)
    };
    for (kind, id) in [
        (Kind::AccessControl, access.clone()),
        (
            Kind::Distribution,
            make_distribution(root, target, &access).await,
        ),
    ] {
        let real = named(kind, &id);
        ledger.replace(&row(target, kind), &real).await.unwrap();
        ledger.activate(&real).await.unwrap();
    }
    let rows = ledger.of_site(&target.guid, target.site).await.unwrap();
    let made = rows.into_iter().find(|row| row.kind == Kind::Distribution);
    made.unwrap().id
}

/// Makes a tagged bucket with old versions, a delete mark and half an upload.
pub async fn make_bucket(root: &Clients, target: &Target) {
    let (s3, name) = (&root.s3, &target.name);
    s3.create_bucket().bucket(name).send().await.unwrap();
    let tags = tags(target)
        .map(|(key, value)| BucketTag::builder().key(key).value(value).build().unwrap());
    let tagging = Tagging::builder()
        .set_tag_set(Some(tags.into()))
        .build()
        .unwrap();
    s3.put_bucket_tagging()
        .bucket(name)
        .tagging(tagging)
        .send()
        .await
        .unwrap();
    let on = VersioningConfiguration::builder()
        .status(BucketVersioningStatus::Enabled)
        .build();
    s3.put_bucket_versioning()
        .bucket(name)
        .versioning_configuration(on)
        .send()
        .await
        .unwrap();
    for (key, text) in [
        ("live/index.html", "one"),
        ("live/index.html", "two"),
        ("live/a b ü.txt", ""),
    ] {
        let body = text.as_bytes().to_vec().into();
        s3.put_object()
            .bucket(name)
            .key(key)
            .body(body)
            .send()
            .await
            .unwrap();
    }
    s3.delete_object()
        .bucket(name)
        .key("live/index.html")
        .send()
        .await
        .unwrap();
    s3.create_multipart_upload()
        .bucket(name)
        .key("live/big")
        .send()
        .await
        .unwrap();
}

/// Makes an access control of the site's name, and returns its id.
pub async fn make_access(root: &Clients, target: &Target) -> String {
    let config = cf::OriginAccessControlConfig::builder()
        .name(&target.name)
        .origin_access_control_origin_type(cf::OriginAccessControlOriginTypes::S3)
        .signing_behavior(cf::OriginAccessControlSigningBehaviors::Always)
        .signing_protocol(cf::OriginAccessControlSigningProtocols::Sigv4)
        .build();
    let create = root.cloudfront.create_origin_access_control();
    let made = create
        .origin_access_control_config(config.unwrap())
        .send()
        .await;
    made.unwrap().origin_access_control.unwrap().id
}

/// Makes a tagged distribution, and returns its id.
pub async fn make_distribution(root: &Clients, target: &Target, access: &str) -> String {
    let origin = cf::Origin::builder()
        .id("bucket")
        .domain_name(format!("{}.s3.us-east-1.amazonaws.com", target.name))
        .s3_origin_config(
            cf::S3OriginConfig::builder()
                .origin_access_identity("")
                .build(),
        )
        .origin_access_control_id(access)
        .build();
    let behavior = cf::DefaultCacheBehavior::builder()
        .target_origin_id("bucket")
        .viewer_protocol_policy(cf::ViewerProtocolPolicy::RedirectToHttps)
        .cache_policy_id("658327ea-f89d-4fab-a63d-7e88639e58f6")
        .build();
    let config = cf::DistributionConfig::builder()
        .caller_reference(format!("{}-{access}", target.name))
        .comment(&target.name)
        .enabled(true)
        .origins(
            cf::Origins::builder()
                .quantity(1)
                .items(origin.unwrap())
                .build()
                .unwrap(),
        )
        .default_cache_behavior(behavior.unwrap())
        .build();
    let tags =
        tags(target).map(|(key, value)| cf::Tag::builder().key(key).value(value).build().unwrap());
    let config = cf::DistributionConfigWithTags::builder()
        .distribution_config(config.unwrap())
        .tags(cf::Tags::builder().set_items(Some(tags.into())).build())
        .build();
    let create = root.cloudfront.create_distribution_with_tags();
    let made = create.distribution_config_with_tags(config).send().await;
    made.unwrap().distribution.unwrap().id
}

/// Makes the workspace's user with a key and its policy, and its row.
pub async fn make_user(root: &Clients, ledger: &Ledger, guid: &Guid) {
    ledger.intend(&user_row(guid)).await.unwrap();
    let (iam, name) = (&root.iam, names::user(guid));
    let tag = UserTag::builder()
        .key(names::GUID_TAG)
        .value(guid.as_str())
        .build()
        .unwrap();
    iam.create_user()
        .user_name(&name)
        .tags(tag)
        .send()
        .await
        .unwrap();
    iam.create_access_key()
        .user_name(&name)
        .send()
        .await
        .unwrap();
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    let put = iam
        .put_user_policy()
        .user_name(&name)
        .policy_name(names::USER_POLICY);
    put.policy_document(policy).send().await.unwrap();
    ledger.activate(&user_row(guid)).await.unwrap();
}

fn tags(target: &Target) -> [(&'static str, String); 3] {
    [
        (names::GUID_TAG, target.guid.to_string()),
        (names::PROJECT_TAG, target.project.to_string()),
        (names::SITE_TAG, target.site.to_string()),
    ]
}
