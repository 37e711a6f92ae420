//! The promise that nothing leaves, kept by the kernel.
//!
//! On Linux a seccomp filter lets this process and its children (the web view's
//! processes among them) open local sockets only. It can't be lifted again.

/// Refuses every socket but local ones, from here on and for every child.
///
/// Call before any other thread is started: a filter belongs to the thread
/// that installs it and to those that it starts.
///
/// # Errors
/// When the kernel has no seccomp; the app says so and goes on, since the page
/// and the app have no network code that is called either way.
#[cfg(target_os = "linux")]
pub fn refuse_network() -> Result<(), seccompiler::Error> {
    seccompiler::apply_filter(&filter()?)
}

/// Elsewhere the packaging holds the promise: the sandbox of macOS and iOS, and
/// an Android package without the permission.
#[cfg(not(target_os = "linux"))]
pub fn refuse_network() -> Result<(), std::convert::Infallible> {
    Ok(())
}

/// `socket` with a family other than `AF_UNIX` and `AF_NETLINK` (which only
/// talks to the kernel) fails, and so does `io_uring_setup`, which could open
/// sockets past this filter.
#[cfg(target_os = "linux")]
fn filter() -> Result<seccompiler::BpfProgram, seccompiler::Error> {
    use seccompiler::{
        SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    };

    // The family is a C int in the first argument.
    let family_is_not = |family: libc::c_int| {
        SeccompCondition::new(
            0,
            SeccompCmpArgLen::Dword,
            SeccompCmpOp::Ne,
            u64::from(family.unsigned_abs()),
        )
    };
    let not_local = SeccompRule::new(vec![
        family_is_not(libc::AF_UNIX)?,
        family_is_not(libc::AF_NETLINK)?,
    ])?;
    let rules = [
        (libc::SYS_socket, vec![not_local]),
        (libc::SYS_io_uring_setup, Vec::new()),
    ];
    let filter = SeccompFilter::new(
        rules.into_iter().collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EACCES.unsigned_abs()),
        std::env::consts::ARCH.try_into()?,
    )?;
    Ok(filter.try_into()?)
}
