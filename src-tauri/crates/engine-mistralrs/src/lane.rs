//! One request inside mistral.rs, driven token by token from outside.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::Tensor;
use llmos_engine::{EngineError, TokenId};
use mistralrs_core::{
    Constraint, CustomLogitsProcessor, NormalRequest, Request, RequestMessage, Response,
    SamplingParams, StopTokens,
};
use tokio::sync::mpsc as tokio_mpsc;

/// Responses of one request that may come before they are looked at: at most
/// an error for each of two steps and a final one.
const RESPONSES: usize = 4;

/// What mistral.rs computed for one step.
pub(crate) struct Row {
    /// One logit for each id of the vocabulary.
    pub(crate) logits: Vec<f32>,
    /// Tokens that mistral.rs takes the step to have had before it: after a
    /// prompt, those that it really computed, without the reused ones.
    pub(crate) seen: usize,
}

/// The logits processor: runs on mistral.rs' thread, once for each token.
struct Tap {
    rows: Sender<Row>,
    /// Behind a lock only because a processor has to be `Sync`.
    orders: Mutex<Receiver<TokenId>>,
}

impl CustomLogitsProcessor for Tap {
    fn apply(&self, logits: &Tensor, context: &[u32]) -> candle_core::Result<Tensor> {
        let ended = || candle_core::Error::msg("the request was ended from outside");
        let row = Row {
            logits: logits.to_vec1()?,
            seen: context.len(),
        };
        let width = row.logits.len();
        self.rows.send(row).map_err(|_| ended())?;
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = orders.recv().map_err(|_| ended())?;
        // Greedy sampling takes the largest value, so one finite value decides.
        let mut forced = vec![f32::NEG_INFINITY; width];
        let slot = forced.get_mut(chosen as usize).ok_or_else(ended)?;
        *slot = 1.0;
        Tensor::from_vec(forced, width, logits.device())
    }
}

/// A request that is under way. mistral.rs' thread is either computing the
/// next row or waiting in [`Tap`] for the next token.
pub(crate) struct Lane {
    orders: Sender<TokenId>,
    rows: Receiver<Row>,
    responses: tokio_mpsc::Receiver<Response>,
    /// Whether a token was generated after the prompt. Until then mistral.rs
    /// cannot finish the request: it overwrites the state `Done` after a
    /// prompt step and would compute one more token for nothing.
    decoding: bool,
}

impl Lane {
    /// Starts a request for `prompt` and waits for its first row.
    ///
    /// `stops` are the ids that end it; they must not begin any other token's
    /// bytes, or mistral.rs refuses them.
    pub(crate) fn start(
        engine: &tokio_mpsc::Sender<Request>,
        prompt: Vec<TokenId>,
        stops: [TokenId; 2],
    ) -> Result<(Self, Row), EngineError> {
        let (orders, order_inbox) = channel();
        let (row_sender, rows) = channel();
        let (response, responses) = tokio_mpsc::channel(RESPONSES);
        let tap: Arc<dyn CustomLogitsProcessor> = Arc::new(Tap {
            rows: row_sender,
            orders: Mutex::new(order_inbox),
        });
        let request = request(prompt, Some(stops), response, Some(vec![tap]));
        engine.blocking_send(request).map_err(|_| crashed())?;
        let mut lane = Self {
            orders,
            rows,
            responses,
            decoding: false,
        };
        let row = lane.wait()?;
        Ok((lane, row))
    }

    /// Whether the request can be [`finish`](Self::finish)ed.
    pub(crate) fn decoding(&self) -> bool {
        self.decoding
    }

    /// Makes `token` the next one and waits for the row after it.
    pub(crate) fn step(&mut self, token: TokenId) -> Result<Vec<f32>, EngineError> {
        self.orders.send(token).map_err(|_| self.failure())?;
        self.decoding = true;
        Ok(self.wait()?.logits)
    }

    /// Ends the request with the stop token `stop`. mistral.rs keeps its KV
    /// cache under the tokens so far plus `stop`.
    pub(crate) fn finish(mut self, stop: TokenId) -> Result<(), EngineError> {
        self.orders.send(stop).map_err(|_| self.failure())?;
        match self.rows.recv() {
            // The sequence is gone: it was the owner of the sender.
            Err(_) => match self.responses.try_recv() {
                Ok(Response::CompletionDone(_)) => Ok(()),
                Ok(response) => Err(failed(response)),
                Err(_) => Err(crashed()),
            },
            Ok(_) => Err(EngineError::Backend {
                message: "mistral.rs went on after a stop token".to_owned(),
            }),
        }
    }

    /// Ends the request without mistral.rs keeping anything of it. In a
    /// request that is still at its prompt this costs the time of one token.
    pub(crate) fn abandon(self) {
        let Self {
            orders,
            rows,
            responses,
            ..
        } = self;
        // Every wait for an order now fails, and so does the sampling.
        drop(orders);
        while rows.recv().is_ok() {}
        drop(responses);
    }

    fn wait(&mut self) -> Result<Row, EngineError> {
        self.rows.recv().map_err(|_| self.failure())
    }

    /// Why the request ended without being asked to.
    fn failure(&mut self) -> EngineError {
        // A response is sent before the sequence is dropped; a panic sends none.
        self.responses.try_recv().map_or_else(|_| crashed(), failed)
    }
}

/// Makes mistral.rs forget its whole prefix cache, and waits until it has.
///
/// There is no request for this, but there is a rule: a failed step evicts
/// everything. A prompt of one id that is outside the vocabulary fails in the
/// embedding, before anything is computed.
pub(crate) fn evict_all(
    engine: &tokio_mpsc::Sender<Request>,
    vocab_size: TokenId,
) -> Result<(), EngineError> {
    let (response, mut responses) = tokio_mpsc::channel(RESPONSES);
    let request = request(vec![vocab_size], None, response, None);
    engine.blocking_send(request).map_err(|_| crashed())?;
    match responses.blocking_recv() {
        Some(Response::CompletionModelError(..)) => {}
        Some(_) => {
            return Err(EngineError::Backend {
                message: "mistral.rs accepted a token outside the vocabulary".to_owned(),
            });
        }
        None => return Err(crashed()),
    }
    // The cache is evicted after the response; the sequence, which owns the
    // sender, is dropped after that.
    while responses.blocking_recv().is_some() {}
    Ok(())
}

fn request(
    prompt: Vec<TokenId>,
    stops: Option<[TokenId; 2]>,
    response: tokio_mpsc::Sender<Response>,
    processors: Option<Vec<Arc<dyn CustomLogitsProcessor>>>,
) -> Request {
    let sampling = SamplingParams {
        stop_toks: stops.map(|ids| StopTokens::Ids(ids.to_vec())),
        // `None` would mean temperature 1.
        temperature: Some(0.0),
        ..SamplingParams::neutral()
    };
    Request::Normal(Box::new(NormalRequest {
        messages: RequestMessage::CompletionTokens(prompt),
        sampling_params: sampling,
        response,
        return_logprobs: false,
        is_streaming: false,
        id: 0,
        constraint: Constraint::None,
        suffix: None,
        tools: None,
        tool_choice: None,
        logits_processors: processors,
        return_raw_logits: false,
        web_search_options: None,
        model_id: None,
        truncate_sequence: false,
    }))
}

fn crashed() -> EngineError {
    EngineError::Panicked {
        during: "generated",
    }
}

/// The error in a response. Only its first line: the rest may be a backtrace.
fn failed(response: Response) -> EngineError {
    let message = match response {
        Response::InternalError(error) | Response::ValidationError(error) => error.to_string(),
        Response::ModelError(message, _) | Response::CompletionModelError(message, _) => message,
        _ => "mistral.rs ended the request early".to_owned(),
    };
    let first = message.lines().next().unwrap_or_default();
    EngineError::Backend {
        message: first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
    use std::thread;

    use candle_core::Device;

    use super::*;

    /// A mistral.rs that treats one request as told.
    fn engine(treat: impl FnOnce(NormalRequest) + Send + 'static) -> tokio_mpsc::Sender<Request> {
        let (requests, mut inbox) = tokio_mpsc::channel(1);
        thread::spawn(move || {
            if let Some(Request::Normal(request)) = inbox.blocking_recv() {
                treat(*request);
            }
        });
        requests
    }

    fn sample(request: &NormalRequest) -> candle_core::Result<Tensor> {
        let processors = request.logits_processors.as_ref().unwrap();
        let logits = Tensor::new(&[0.5f32, 1.5, 2.5], &Device::Cpu)?;
        processors[0].apply(&logits, &[7, 8])
    }

    #[test]
    fn a_panic_before_the_first_row_is_told_and_nothing_hangs() {
        let requests = engine(|_| panic!("asked to panic"));
        let error = Lane::start(&requests, vec![1], [2, 3]).err().unwrap();
        assert!(matches!(error, EngineError::Panicked { .. }));
        // The thread is gone now.
        let error = Lane::start(&requests, vec![1], [2, 3]).err().unwrap();
        assert!(matches!(error, EngineError::Panicked { .. }));
        assert!(evict_all(&requests, 3).is_err());
    }

    #[test]
    fn a_panic_between_two_rows_is_told_and_nothing_hangs() {
        let requests = engine(|request| {
            sample(&request).unwrap();
            panic!("asked to panic");
        });
        let (mut lane, row) = Lane::start(&requests, vec![1], [2, 3]).unwrap();
        assert_eq!(row.logits, [0.5, 1.5, 2.5]);
        assert_eq!(row.seen, 2);
        let error = lane.step(0).unwrap_err();
        assert!(matches!(error, EngineError::Panicked { .. }));
    }

    #[test]
    fn the_decision_is_the_only_possible_sample() {
        let (sender, sampled) = channel();
        let requests = engine(move |request| {
            for _ in 0..2 {
                let forced = sample(&request).unwrap().to_vec1::<f32>().unwrap();
                sender.send(forced).unwrap();
            }
        });
        let (mut lane, _) = Lane::start(&requests, vec![1], [2, 3]).unwrap();
        lane.step(1).unwrap();
        let none = f32::NEG_INFINITY;
        assert_eq!(sampled.recv().unwrap(), [none, 1.0, none]);
    }

    #[test]
    fn a_refusal_comes_with_its_words() {
        let requests = engine(|request| {
            let refusal = Response::ValidationError("too long\nbacktrace".into());
            request.response.blocking_send(refusal).unwrap();
        });
        let error = Lane::start(&requests, vec![1], [2, 3]).err().unwrap();
        assert!(matches!(error, EngineError::Backend { message } if message == "too long"));
    }

    #[test]
    fn an_abandoned_request_fails_in_its_sampling() {
        let (sender, sampled) = channel();
        let requests = engine(move |request| {
            sender.send(sample(&request).is_err()).unwrap();
        });
        let (lane, _) = Lane::start(&requests, vec![1], [2, 3]).unwrap();
        lane.abandon();
        assert!(sampled.recv().unwrap());
    }
}
