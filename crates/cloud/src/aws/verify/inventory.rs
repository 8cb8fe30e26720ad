//! What there is in AWS that is ours, or looks as if it were.

use aws_sdk_cloudfront::types::Tags;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use protocol::Guid;

use crate::aws::clients::Clients;
use crate::aws::error::{AwsError, Cause, failed};
use crate::aws::ledger::{Kind, Row, State};
use crate::aws::names;

/// Whose a resource says it is, by its tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tagged {
    /// The workspace that its tag names.
    pub guid: Option<String>,
    /// The project that its tag names.
    pub project: Option<String>,
    /// The site that its tag names.
    pub site: Option<String>,
}

impl Tagged {
    fn read<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut found = Self::default();
        for (key, value) in tags {
            let place = match key {
                names::GUID_TAG => &mut found.guid,
                names::PROJECT_TAG => &mut found.project,
                names::SITE_TAG => &mut found.site,
                _ => continue,
            };
            *place = Some(value.to_owned());
        }
        found
    }
}

/// Something in AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What it is.
    pub kind: Kind,
    /// What AWS calls it.
    pub id: String,
    /// The name that we gave it. A site's resources bear the site's name.
    pub name: String,
    /// Its ARN, if it has one.
    pub arn: Option<String>,
    /// Whose it says it is. Origin access controls cannot say.
    pub tags: Tagged,
}

/// Everything of ours, or of one workspace. `rows` names what is ours whatever it looks like.
///
/// # Errors
/// AWS refuses.
pub async fn take(
    provisioner: &Clients,
    guid: Option<&Guid>,
    rows: &[Row],
) -> Result<Vec<Resource>, AwsError> {
    let mut resources = buckets(provisioner, guid).await?;
    resources.extend(distributions(provisioner, guid, rows).await?);
    resources.extend(access_controls(provisioner, guid, rows).await?);
    resources.extend(users(provisioner, guid).await?);
    let is_listed = |row: &Row, resources: &[Resource]| {
        let same = |found: &Resource| found.kind == row.kind && found.id == row.id;
        resources.iter().any(same)
    };
    for row in rows.iter().filter(|row| row.state != State::Deleted) {
        if !row.is_placeholder() && !is_listed(row, &resources) {
            resources.extend(unlisted(provisioner, row).await?);
        }
    }
    Ok(resources)
}

/// What is there although no list has it: AWS's lists are late.
async fn unlisted(clients: &Clients, row: &Row) -> Result<Option<Resource>, AwsError> {
    let tags = match (row.kind, &row.arn) {
        (Kind::Bucket, _) => match bucket_tags(clients, &row.id).await {
            // Somebody else's, in another account.
            Err(error) if error.cause == Cause::Denied => None,
            tags => tags?,
        },
        (Kind::Distribution, Some(arn)) => distribution_tags(clients, arn).await?,
        (Kind::AccessControl, _) => {
            let get = clients.cloudfront.get_origin_access_control().id(&row.id);
            let found = get.send().await;
            match found.map_err(failed("cloudfront:GetOriginAccessControl")) {
                Ok(_) => Some(Tagged::default()),
                Err(error) => gone(error)?,
            }
        }
        (Kind::User, _) => return user(clients, &row.id).await,
        (Kind::Distribution, None) => None,
    };
    Ok(tags.map(|tags| Resource {
        kind: row.kind,
        id: row.id.clone(),
        name: row.name.clone().unwrap_or_default(),
        arn: row.arn.clone(),
        tags,
    }))
}

/// Whether a name is one of those that we give to a site's resources.
fn is_sites(name: &str, guid: Option<&Guid>) -> bool {
    let rest = name.strip_prefix(names::BUCKET_PREFIX);
    let short = rest
        .and_then(|rest| rest.split_once('-'))
        .map(|(short, _)| short);
    match guid {
        Some(guid) => short == Some(guid.short()),
        None => short.is_some_and(|short| {
            short.len() == Guid::SHORT_LENGTH
                && short
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
        }),
    }
}

async fn buckets(clients: &Clients, guid: Option<&Guid>) -> Result<Vec<Resource>, AwsError> {
    let prefix = match guid {
        Some(guid) => format!("{}{}-", names::BUCKET_PREFIX, guid.short()),
        None => names::BUCKET_PREFIX.to_owned(),
    };
    let pages = clients.s3.list_buckets();
    let pages = pages.prefix(prefix).bucket_region(clients.region());
    let listed = pages
        .into_paginator()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await;
    let listed = listed.map_err(failed("s3:ListAllMyBuckets"))?;
    let names = listed
        .into_iter()
        .flat_map(|page| page.buckets.unwrap_or_default());
    let mut resources = Vec::new();
    for name in names.filter_map(|bucket| bucket.name) {
        let Some(tags) = bucket_tags(clients, &name).await? else {
            continue;
        };
        if is_sites(&name, guid) || (guid.is_none() && tags.guid.is_some()) {
            resources.push(Resource {
                kind: Kind::Bucket,
                id: name.clone(),
                arn: Some(names::bucket_arn(&name)),
                name,
                tags,
            });
        }
    }
    Ok(resources)
}

/// None if the bucket has gone since it was listed.
async fn bucket_tags(clients: &Clients, name: &str) -> Result<Option<Tagged>, AwsError> {
    match clients.s3.get_bucket_tagging().bucket(name).send().await {
        Ok(answer) => {
            let tags = answer.tag_set.iter();
            Ok(Some(Tagged::read(tags.map(|tag| (tag.key(), tag.value())))))
        }
        Err(error) if error.code() == Some("NoSuchTagSet") => Ok(Some(Tagged::default())),
        Err(error) => gone(failed("s3:GetBucketTagging")(error)),
    }
}

async fn distributions(
    clients: &Clients,
    guid: Option<&Guid>,
    rows: &[Row],
) -> Result<Vec<Resource>, AwsError> {
    let pages = clients.cloudfront.list_distributions().into_paginator();
    let listed = pages.items().send().collect::<Result<Vec<_>, _>>().await;
    let mut resources = Vec::new();
    for found in listed.map_err(failed("cloudfront:ListDistributions"))? {
        let looks_ours =
            is_sites(&found.comment, guid) || is_recorded(rows, Kind::Distribution, &found.id);
        // Tags are a call each, and the account may have many distributions for other things.
        if guid.is_some() && !looks_ours {
            continue;
        }
        let tags = match distribution_tags(clients, &found.arn).await {
            // The operator's policy opens nothing that does not bear our tag.
            Err(error) if error.cause == Cause::Denied && !looks_ours => None,
            tags => tags?,
        };
        if let Some(tags) = tags.filter(|tags| looks_ours || tags.guid.is_some()) {
            resources.push(Resource {
                kind: Kind::Distribution,
                id: found.id,
                name: found.comment,
                arn: Some(found.arn),
                tags,
            });
        }
    }
    Ok(resources)
}

/// None if the distribution has gone since it was listed.
async fn distribution_tags(clients: &Clients, arn: &str) -> Result<Option<Tagged>, AwsError> {
    let list = clients.cloudfront.list_tags_for_resource().resource(arn);
    match list
        .send()
        .await
        .map_err(failed("cloudfront:ListTagsForResource"))
    {
        Ok(answer) => {
            let tags = answer.tags.as_ref().map(Tags::items).unwrap_or_default();
            let tags = tags
                .iter()
                .map(|tag| (tag.key(), tag.value().unwrap_or_default()));
            Ok(Some(Tagged::read(tags)))
        }
        Err(error) => gone(error),
    }
}

async fn access_controls(
    clients: &Clients,
    guid: Option<&Guid>,
    rows: &[Row],
) -> Result<Vec<Resource>, AwsError> {
    let pages = clients
        .cloudfront
        .list_origin_access_controls()
        .into_paginator();
    let listed = pages.items().send().collect::<Result<Vec<_>, _>>().await;
    let listed = listed.map_err(failed("cloudfront:ListOriginAccessControls"))?;
    let ours = listed.into_iter().filter(|found| {
        is_sites(&found.name, guid) || is_recorded(rows, Kind::AccessControl, &found.id)
    });
    let resources = ours.map(|found| Resource {
        kind: Kind::AccessControl,
        id: found.id,
        name: found.name,
        arn: None,
        tags: Tagged::default(),
    });
    Ok(resources.collect())
}

async fn users(clients: &Clients, guid: Option<&Guid>) -> Result<Vec<Resource>, AwsError> {
    let Some(guid) = guid else {
        let pages = clients.iam.list_users().into_paginator().items().send();
        let listed = pages.collect::<Result<Vec<_>, _>>().await;
        let names = listed.map_err(failed("iam:ListUsers"))?.into_iter();
        let mut resources = Vec::new();
        for name in names.map(|user| user.user_name) {
            if name.starts_with(names::USER_PREFIX) {
                resources.extend(user(clients, &name).await?);
            }
        }
        return Ok(resources);
    };
    let found = user(clients, &names::user(guid)).await?;
    Ok(found.into_iter().collect())
}

/// A list of users comes without their tags.
async fn user(clients: &Clients, name: &str) -> Result<Option<Resource>, AwsError> {
    let found = clients.iam.get_user().user_name(name).send().await;
    let found = match found.map_err(failed("iam:GetUser")) {
        Ok(answer) => answer.user,
        Err(error) => gone(error)?,
    };
    Ok(found.map(|user| Resource {
        kind: Kind::User,
        id: name.to_owned(),
        name: name.to_owned(),
        tags: Tagged::read(user.tags().iter().map(|tag| (tag.key(), tag.value()))),
        arn: Some(user.arn),
    }))
}

fn is_recorded(rows: &[Row], kind: Kind, id: &str) -> bool {
    rows.iter().any(|row| row.kind == kind && row.id == id)
}

/// What is not there any more is no failure.
fn gone<T>(error: AwsError) -> Result<Option<T>, AwsError> {
    match error.cause {
        Cause::Missing => Ok(None),
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sites_are_told_from_others() {
        let guid = Guid::from_bytes([0xab; 32]);
        let name = "tmux-abababababab-tea-20260204-113925";
        assert!(is_sites(name, None));
        assert!(is_sites(name, Some(&guid)));
        assert!(!is_sites(name, Some(&Guid::from_bytes([1; 32]))));
        for other in [
            "tmux-backup-2026",
            "tmux-",
            "",
            "my-abababababab-tea",
            "tmux-ABABABABABAB-tea",
        ] {
            assert!(!is_sites(other, None), "{other}");
        }
    }
}
