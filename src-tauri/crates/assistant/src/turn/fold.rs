//! Making room before an answer: older messages are summed up while the person watches.

use super::Running;
use crate::material::Fold;
use crate::slot::Halt;
use crate::{AssistantError, ChatEvent, summary};

/// Progress is told when it has grown by so much.
const VISIBLE: f32 = 0.01;

impl Running {
    /// Sums up what the plan names and fits the prompt anew. Returns why the turn is to
    /// end, if it is. A summary that fails or that is not waited for leaves the prompt
    /// as it was: without the oldest messages.
    pub(super) async fn fold(&mut self) -> Option<Halt> {
        let fold = self.plan.fold.take()?;
        let made = {
            let made = self.make_summary(&fold);
            tokio::select! {
                biased;
                why = self.guard.stop_requested() => return Some(why),
                () = self.sink.closed() => return Some(Halt::Unheard),
                () = self.guard.skip_requested() => return None,
                made = made => made,
            }
        };
        if let Err(error) = self.take_in(made).await {
            let conversation = &self.saved.conversation.id;
            tracing::warn!(%conversation, %error, "older messages are not summed up");
        }
        None
    }

    async fn make_summary(&self, fold: &Fold) -> Result<llmos_store::Summary, AssistantError> {
        let (mut shown, sink) = (0.0, &self.sink);
        let _ = sink.send(ChatEvent::Folding { share: shown });
        let progress = |share: f32| {
            if share - shown >= VISIBLE {
                shown = share;
                let _ = sink.send(ChatEvent::Folding { share });
            }
        };
        let (plan, conversation) = (&self.plan, &self.saved.conversation.id);
        summary::make(
            &self.inner,
            &plan.model,
            &plan.material,
            fold,
            conversation,
            progress,
        )
        .await
    }

    /// Uses a summary that was made.
    async fn take_in(
        &mut self,
        made: Result<llmos_store::Summary, AssistantError>,
    ) -> Result<(), AssistantError> {
        let summary = made?;
        let placed = summary::placed(&self.inner.store, summary.clone()).await?;
        self.plan.refit(&self.inner, &self.saved, summary).await?;
        let _ = self.sink.send(ChatEvent::Folded { summary: placed });
        Ok(())
    }
}
