// How a worker's C library keeps memory, as environment variables of the process.

/**
 * glibc keeps freed memory in an arena for each thread, and raises the size from which it maps memory by itself: with buffers of many
 * lengths from several threads, a process keeps far more than it uses. With one arena and fixed thresholds it keeps less; with low ones, a
 * machine on which touching fresh memory is dear does little else. Measured with 424 replies of the load test and with a voice of GPT-SoVITS
 * v2's size in int8, mapping from 64 KiB: 21 s, 208 MiB a worker; first sound 0.80 s, 578 MiB. From 512 KiB: 17 s, 270 MiB; 0.43 s, 629 MiB.
 * As glibc does: first sound 0.46 s, 1,165 MiB.
 *
 * Large memory is asked for in huge pages (glibc from 2.35 on, where Linux has them by `madvise`; nothing elsewhere): loading such a voice
 * takes 107,000 to 147,000 page faults a graph otherwise, which is most of its time: 6.4 s without, 5.0 s with, 412 and 414 MiB.
 */
export const ALLOCATOR = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '524288',
  MALLOC_TRIM_THRESHOLD_: '4194304',
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};
