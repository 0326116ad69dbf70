//! `unicontact verify`: compares the contacts that vendors list with the journal, and with `--adopt` records them.

mod journal;
mod progress;

use std::sync::Arc;

use unicontact::identity::IdentifyBy;
use unicontact::providers::{ContactProvider, ErrorKind};
use unicontact::verify::{Adoption, Verification, Verifier, VerifyError};
use unicontact::{Pipeline, Policy};

use self::journal::VerifiedJournal;
use self::progress::Progress;
use super::deliveries::unreadable;
use super::{ask, identity_method, setup};
use crate::arguments::{Common, Format, Verify};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Line};

const NO_IDENTITIES: &str = "--adopt: this journal cannot recognize people, so recorded contacts would be created again; use another journal";

/// The result of one provider.
struct ProviderResult {
    target: Arc<Pipeline>,
    verification: Verification,
    adoption: Option<Adoption>,
}

pub(super) async fn run(common: &Common, verify: &Verify) -> Result<Exit, Failure> {
    let (configuration, journal) = VerifiedJournal::open(common, verify).await?;
    let method = verify.identify_by.unwrap_or(configuration.identify_by);
    if let Err(failure) = identity_method::require(&*journal.journal(), method).await {
        journal.leave().await;
        return Err(failure);
    }
    let fan_out = setup::fan_out(&configuration, Policy::All)?;
    let run = Run { common, verify, method, journal };
    let result = run.verify_all(fan_out.pipelines()).await;
    let result = unreadable::report(&*run.journal.journal(), result);
    run.journal.leave().await;
    result
}

struct Run<'a> {
    common: &'a Common,
    verify: &'a Verify,
    method: IdentifyBy,
    journal: VerifiedJournal,
}

impl Run<'_> {
    async fn verify_all(&self, targets: &[Arc<Pipeline>]) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        let mut all = Vec::new();
        let mut unlisted: Vec<&str> = Vec::new();
        for target in targets {
            match self.verify_one(target).await {
                Ok(verified) => {
                    exit = exit.or(verified.exit());
                    all.push(verified);
                }
                Err(VerifyFailure::NoList) => unlisted.push(target.provider().info().name()),
                Err(VerifyFailure::Failed(failure)) => {
                    failure.print(self.common.format);
                    exit = Exit::Usage;
                }
            }
        }
        if !unlisted.is_empty() && (all.is_empty() || !self.common.to.is_empty()) {
            no_list(&unlisted).print(self.common.format);
            exit = Exit::Usage;
        } else if !unlisted.is_empty() && matches!(self.common.format, Format::Human) {
            for line in output::not_compared(all.len(), targets.len(), &unlisted) {
                output::styled_message(&line, 2);
            }
        }
        if all.is_empty() {
            return Ok(Exit::Usage);
        }
        if let Format::Json = self.common.format {
            let providers: Vec<_> = all.iter().map(ProviderResult::to_json).collect();
            output::json(&serde_json::json!({"providers": providers, "not_compared": unlisted}))?;
        }
        Ok(exit)
    }

    async fn verify_one(&self, target: &Arc<Pipeline>) -> Result<ProviderResult, VerifyFailure> {
        let info = target.provider().info();
        let progress = Progress::new(info.name());
        let verifier = Verifier::new(Arc::clone(target), self.journal.journal(), self.method);
        let verification = match verifier.verify(&|step| progress.show(step)).await {
            Ok(verification) => verification,
            Err(VerifyError::Provider(error)) if error.kind() == ErrorKind::Unsupported => {
                return Err(VerifyFailure::NoList);
            }
            Err(VerifyError::Provider(error)) => {
                return Err(VerifyFailure::Failed(error.into()));
            }
            Err(VerifyError::Journal(error)) => return Err(VerifyFailure::Failed(error.into())),
        };
        if let Format::Human = self.common.format {
            if !verification.findings.is_empty() {
                output::page(&output::verified(&verification)).map_err(Failure::from)?;
            }
            let counts = output::verified_counts(info.name(), &verification);
            output::styled_message(&Line::new(&counts), 2);
        }
        let adoption =
            if self.verify.adopt { Some(self.adopt(target, &verification, &progress).await?) } else { None };
        Ok(ProviderResult { target: Arc::clone(target), verification, adoption })
    }

    async fn adopt(
        &self,
        target: &Arc<Pipeline>,
        verification: &Verification,
        progress: &Progress,
    ) -> Result<Adoption, VerifyFailure> {
        let name = target.provider().info().name();
        let (unknown, doubts) = verification.adoptable();
        if unknown + doubts == 0 {
            output::message(&format!("{name}: there is nothing to record in the journal."));
            return Ok(Adoption::default());
        }
        let question = format!(
            "{name}: {} would be recorded as existing, and {} in doubt would be settled.",
            output::counted(unknown as u64, "unknown contact", "unknown contacts"),
            output::counted(doubts as u64, "delivery", "deliveries")
        );
        if !self.verify.yes {
            ask::confirm(&question, "Record them?", "recorded")?;
        }
        let journal = self.journal.for_writing(self.common).await?;
        let set_method = journal.set_identify_by(self.method).await;
        set_method.map_err(Failure::from)?;
        let verifier = Verifier::new(Arc::clone(target), journal, self.method);
        if !verifier.can_adopt() {
            return Err(Failure::new(FailureCode::Journal, NO_IDENTITIES).into());
        }
        let adopted = verifier.adopt(verification, &|step| progress.show(step)).await;
        let adoption = adopted.map_err(Failure::from)?;
        for line in output::adopted(name, &adoption) {
            output::styled_message(&Line::new(&line), 2);
        }
        Ok(adoption)
    }
}

impl ProviderResult {
    /// Returns the result. Adopted contacts are no differences any more.
    fn exit(&self) -> Exit {
        let counts = &self.verification.counts;
        let open = self.adoption.is_none_or(|it| it.left + it.unidentifiable > 0);
        let stays = counts.twice + counts.missing + counts.other_id;
        let adoptable = counts.unknown + counts.in_doubt_but_there;
        let has_no_differences = stays == 0 && (adoptable == 0 || !open) && self.verification.is_complete;
        if has_no_differences { Exit::Done } else { Exit::Incomplete }
    }

    fn to_json(&self) -> serde_json::Value {
        let info = self.target.provider().info();
        let mut json = serde_json::json!({
            "provider": info.name(),
            "vendor": info.vendor(),
            "complete": self.verification.is_complete,
            "counts": self.verification.counts,
            "findings": self.verification.findings,
        });
        if let Some(adoption) = &self.adoption {
            json["adopted"] = serde_json::json!(adoption);
        }
        json
    }
}

/// The reason why a provider was not verified.
enum VerifyFailure {
    /// The vendor documents no list.
    NoList,
    Failed(Failure),
}

impl From<Failure> for VerifyFailure {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Returns the failure about providers that the user named and that cannot be compared.
fn no_list(providers: &[&str]) -> Failure {
    let text = format!(
        "{}: no list of contacts is documented, so there is nothing to compare with",
        providers.join(", ")
    );
    Failure::new(FailureCode::Usage, text)
        .with_hint(format!("look the deliveries in doubt up there: {}", output::doubts_of(providers)))
}
