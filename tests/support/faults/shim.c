/* Fails the N-th call that touches a file below one folder: with an errno, by writing half, or by SIGKILL.
 *
 * Preloaded (LD_PRELOAD) into the process that `server.py` runs in. Nothing fails until `fault_arm` was called. Calls are
 * counted in memory that survives a fork, so that a parent can tell how many its killed child made, and which one failed.
 * Only calls on paths below the folder count: what Python does for itself does not move a number.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT_ONLY = 0, KILL = -1, HALF = -2, NO_MEMORY = -3 };
/* Smaller pieces Python cuts from its own; so many bytes at once are asked for where data is. */
#define LARGE 4096

static struct shared {
    long calls, allocations;
    char failed[PATH_MAX + 64];
    size_t logged;
    char log[1 << 22];
} *shared;

static int armed, how;
static long which;
static char root[PATH_MAX];
static size_t root_length;

__attribute__((constructor)) static void begin(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        abort();
}

void fault_arm(const char *folder, long number, int what)
{
    root_length = strlen(folder);
    memcpy(root, folder, root_length + 1);
    which = number;
    how = what;
    shared->calls = shared->allocations = 0;
    shared->logged = 0;
    shared->failed[0] = shared->log[0] = 0;
    armed = 1;
}

long fault_allocations(void) { return shared->allocations; }
const char *fault_failed(void) { return shared->failed; }
const char *fault_log(void) { return shared->log; }

/* Whether this call is the one. `path` need not be absolute; it is then below what `directory` has open. */
static int falls(const char *call, int directory, const char *path)
{
    char place[PATH_MAX * 2];
    ssize_t length = 0;

    if (!armed)
        return 0;
    int before = errno;
    if (path && path[0] == '/') {
        snprintf(place, sizeof place, "%s", path);
    } else {
        char link[64];
        if (directory == AT_FDCWD)
            snprintf(link, sizeof link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        length = readlink(link, place, PATH_MAX - 1);
        place[length < 0 ? 0 : length] = 0;
        if (path)
            snprintf(place + (length < 0 ? 0 : length), PATH_MAX, "/%s", path);
    }
    errno = before;
    if (strncmp(place, root, root_length) || (place[root_length] != '/' && place[root_length]))
        return 0;
    long number = __sync_add_and_fetch(&shared->calls, 1);
    if (how == COUNT_ONLY) {
        int wrote = snprintf(shared->log + shared->logged, sizeof shared->log - shared->logged, "%s %s\n", call,
                             place + root_length);
        if (wrote > 0 && shared->logged + wrote < sizeof shared->log)
            shared->logged += wrote;
    }
    if (number != which || how == NO_MEMORY || how == COUNT_ONLY)
        return 0;
    snprintf(shared->failed, sizeof shared->failed, "%s %s", call, place + root_length);
    if (how == KILL)
        kill(getpid(), SIGKILL);
    if (how == HALF)
        return 1;
    errno = how;
    return 1;
}

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}

#define MODE_OF(flags)                                                                                                 \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                             \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode = va_arg(rest, mode_t);                                                                                   \
        va_end(rest);                                                                                                  \
    }
#define KIND(flags) (((flags) & O_ACCMODE) == O_RDONLY ? "open for reading" : "open for writing")
#define FAIL(call, directory, path)                                                                                    \
    if (falls(call, directory, path) && how != HALF)                                                                   \
    return -1

int open(const char *path, int flags, ...) { MODE_OF(flags) FAIL(KIND(flags), AT_FDCWD, path); return REAL(open)(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) FAIL(KIND(flags), AT_FDCWD, path); return REAL(open64)(path, flags, mode); }
int openat(int fd, const char *path, int flags, ...) { MODE_OF(flags) FAIL(KIND(flags), fd, path); return REAL(openat)(fd, path, flags, mode); }
int openat64(int fd, const char *path, int flags, ...) { MODE_OF(flags) FAIL(KIND(flags), fd, path); return REAL(openat64)(fd, path, flags, mode); }

int fsync(int fd) { FAIL("fsync", fd, NULL); return REAL(fsync)(fd); }
int fdatasync(int fd) { FAIL("fdatasync", fd, NULL); return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { FAIL("ftruncate", fd, NULL); return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { FAIL("ftruncate", fd, NULL); return REAL(ftruncate64)(fd, size); }
int fchmod(int fd, mode_t mode) { FAIL("chmod", fd, NULL); return REAL(fchmod)(fd, mode); }
int chmod(const char *path, mode_t mode) { FAIL("chmod", AT_FDCWD, path); return REAL(chmod)(path, mode); }
int fchmodat(int fd, const char *path, mode_t mode, int flags) { FAIL("chmod", fd, path); return REAL(fchmodat)(fd, path, mode, flags); }
int mkdir(const char *path, mode_t mode) { FAIL("mkdir", AT_FDCWD, path); return REAL(mkdir)(path, mode); }
int mkdirat(int fd, const char *path, mode_t mode) { FAIL("mkdir", fd, path); return REAL(mkdirat)(fd, path, mode); }
int rmdir(const char *path) { FAIL("rmdir", AT_FDCWD, path); return REAL(rmdir)(path); }
int unlink(const char *path) { FAIL("unlink", AT_FDCWD, path); return REAL(unlink)(path); }
int unlinkat(int fd, const char *path, int flags) { FAIL(flags & AT_REMOVEDIR ? "rmdir" : "unlink", fd, path); return REAL(unlinkat)(fd, path, flags); }
int link(const char *from, const char *to) { FAIL("link", AT_FDCWD, to); return REAL(link)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) { FAIL("link", b, to); return REAL(linkat)(a, from, b, to, flags); }
int rename(const char *from, const char *to) { FAIL("rename", AT_FDCWD, to); return REAL(rename)(from, to); }
int renameat(int a, const char *from, int b, const char *to) { FAIL("rename", b, to); return REAL(renameat)(a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned int flags) { FAIL("rename", b, to); return REAL(renameat2)(a, from, b, to, flags); }

/* A write may also stop half-way, without an error: who writes has to go on. */
#define WRITES(size, whole)                                                                                            \
    if (falls("write", fd, NULL)) {                                                                                    \
        if (how != HALF)                                                                                               \
            return -1;                                                                                                 \
        size = size > 1 ? size / 2 : size;                                                                             \
    }                                                                                                                  \
    return whole

ssize_t write(int fd, const void *data, size_t size) { WRITES(size, REAL(write)(fd, data, size)); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { WRITES(size, REAL(pwrite)(fd, data, size, at)); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { WRITES(size, REAL(pwrite64)(fd, data, size, at)); }
ssize_t sendfile(int fd, int from, off_t *at, size_t size) { WRITES(size, REAL(sendfile)(fd, from, at, size)); }
ssize_t sendfile64(int fd, int from, off64_t *at, size_t size) { WRITES(size, REAL(sendfile64)(fd, from, at, size)); }
ssize_t writev(int fd, const struct iovec *parts, int count) { FAIL("write", fd, NULL); return REAL(writev)(fd, parts, count); }
ssize_t copy_file_range(int from, off64_t *a, int fd, off64_t *b, size_t size, unsigned flags) { WRITES(size, REAL(copy_file_range)(from, a, fd, b, size, flags)); }

/* Allocations count from the first counted call on: before it, nothing of ours runs. */
extern void *__libc_malloc(size_t), *__libc_realloc(void *, size_t), *__libc_calloc(size_t, size_t);

static int starves(size_t size)
{
    if (!armed || size < LARGE || !shared->calls)
        return 0;
    if (__sync_add_and_fetch(&shared->allocations, 1) != which || how != NO_MEMORY)
        return 0;
    snprintf(shared->failed, sizeof shared->failed, "allocation of %zu bytes", size);
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) { return starves(size) ? NULL : __libc_malloc(size); }
void *realloc(void *block, size_t size) { return starves(size) ? NULL : __libc_realloc(block, size); }
void *calloc(size_t count, size_t size) { return starves(count * size) ? NULL : __libc_calloc(count, size); }
