//! The kernels at their public face, against plain arithmetic in double precision:
//! every level that this processor has, every type, shapes with tails.

#![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "test data"
)]

mod attention;
mod feed_forward;
mod products;
mod repacking;
mod rotary;
mod rows;
mod support;
