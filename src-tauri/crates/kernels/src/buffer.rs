//! Memory aligned for vector loads.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// Bytes that a vector load of the widest kind should be aligned to: a cache
/// line.
const ALIGNMENT: usize = 64;

/// The system gave no memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes of memory can't be had")]
pub struct OutOfMemory {
    /// Bytes that were asked for.
    pub bytes: u64,
}

mod sealed {
    /// Numbers for which all bits zero is a value.
    pub trait Number: Copy {}
    impl Number for u8 {}
    impl Number for u16 {}
    impl Number for f32 {}
}

/// A slice of its own, aligned to a cache line and zero at first.
///
/// Large ones cost nothing until they are written to: the system hands out
/// zeroed pages when they are first touched.
pub struct Buffer<T: sealed::Number> {
    /// What the allocator gave; the slice begins at its first cache line.
    allocation: NonNull<u8>,
    pointer: NonNull<T>,
    len: usize,
    owns: PhantomData<T>,
}

// SAFETY: a buffer owns its numbers, like a boxed slice.
unsafe impl<T: sealed::Number + Send> Send for Buffer<T> {}
// SAFETY: as above; shared access only reads.
unsafe impl<T: sealed::Number + Sync> Sync for Buffer<T> {}

impl<T: sealed::Number> Buffer<T> {
    /// A buffer of `len` zeros.
    pub fn zeroed(len: usize) -> Result<Self, OutOfMemory> {
        let out_of_memory = OutOfMemory {
            bytes: (len as u64).saturating_mul(size_of::<T>() as u64),
        };
        let layout = Self::layout(len).ok_or(out_of_memory)?;
        if len == 0 {
            return Ok(Self {
                allocation: NonNull::dangling(),
                pointer: NonNull::dangling(),
                len,
                owns: PhantomData,
            });
        }
        // SAFETY: the layout's size is not zero.
        let allocation = unsafe { alloc_zeroed(layout) };
        let allocation = NonNull::new(allocation).ok_or(out_of_memory)?;
        let offset = allocation.align_offset(ALIGNMENT);
        // SAFETY: the layout has room for the offset, which is below `ALIGNMENT`.
        let pointer = unsafe { allocation.add(offset) }.cast();
        Ok(Self {
            allocation,
            pointer,
            len,
            owns: PhantomData,
        })
    }

    /// Room for an offset to a cache line, in an allocation that is aligned to no more
    /// than a number: where it is aligned to more, the standard library writes the zeros
    /// itself, and touches all pages at once on one thread.
    fn layout(len: usize) -> Option<Layout> {
        let bytes = len.checked_mul(size_of::<T>())?.checked_add(ALIGNMENT)?;
        Layout::from_size_align(bytes, align_of::<T>()).ok()
    }

    /// Asks for pages of 2 MiB, for what is read from end to end time and again: fewer
    /// addresses to look up on the way. A wish that the system may not grant.
    pub(crate) fn ask_for_large_pages(&mut self) {
        #[cfg(all(any(target_os = "linux", target_os = "android"), not(miri)))]
        {
            let page = rustix::param::page_size();
            let start = self.pointer.cast::<u8>().as_ptr();
            let skipped = start.align_offset(page);
            let whole = (self.len * size_of::<T>()).saturating_sub(skipped) / page * page;
            // SAFETY: whole pages of this buffer; the advice changes nothing that is in them.
            let asked = unsafe {
                rustix::mm::madvise(
                    start.wrapping_add(skipped).cast(),
                    whole,
                    rustix::mm::Advice::LinuxHugepage,
                )
            };
            // Systems without such pages say so here, and go on with small ones.
            let _ = asked;
        }
    }
}

impl<T: sealed::Number> Drop for Buffer<T> {
    fn drop(&mut self) {
        if let Some(layout) = Self::layout(self.len).filter(|_| self.len > 0) {
            // SAFETY: allocated in `zeroed` with this very layout.
            unsafe { dealloc(self.allocation.as_ptr(), layout) };
        }
    }
}

impl<T: sealed::Number> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: `len` numbers were allocated and are initialised: zero, or
        // written through `deref_mut`.
        unsafe { std::slice::from_raw_parts(self.pointer.as_ptr(), self.len) }
    }
}

impl<T: sealed::Number> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`; `self` is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.as_ptr(), self.len) }
    }
}

impl<T: sealed::Number> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test failing")]
    use super::*;

    #[test]
    fn buffers_are_aligned_and_zero() {
        for len in [0, 1, 63, 64, 4097] {
            let mut buffer = Buffer::<f32>::zeroed(len).unwrap();
            assert_eq!(buffer.len(), len);
            assert_eq!(buffer.as_ptr().addr() % if len == 0 { 4 } else { 64 }, 0);
            assert!(buffer.iter().all(|value| value.to_bits() == 0));
            buffer.fill(1.5);
            assert!(
                buffer
                    .iter()
                    .all(|value| value.to_bits() == 1.5f32.to_bits())
            );
        }
    }

    #[test]
    fn memory_that_cannot_be_had_is_an_error() {
        let refused = Buffer::<u8>::zeroed(usize::MAX);
        assert_eq!(refused.map(|_| ()), Err(OutOfMemory { bytes: u64::MAX }));
        assert!(Buffer::<f32>::zeroed(usize::MAX / 2).is_err());
    }
}
