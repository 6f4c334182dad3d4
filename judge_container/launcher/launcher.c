/*
 * Runs programs in the sandbox, one after the other, measures them and enforces their limits.
 *
 *   launcher --box DIR [options]
 *
 * The options say what all runs have in common. Each run is a message on descriptor 3, a socket: more options, "--" and
 * the command, each word ended by a zero byte, and the program's first three descriptors. Each answer is one line.
 * "ended ..." is what happened to the program; of a pair, its input comes along. "failed step=... errno=..." is our own
 * fault, after which the launcher ends, and can never be mistaken for the program's exit code, because the program never
 * holds descriptor 3.
 *
 * Why a process that stays: starting the launcher anew, and opening the same paths, is about half of what a run costs.
 *
 * Why a supervising parent and not just "set up, then exec": the kernel starts a process's ru_maxrss at the size of the
 * memory that it leaves on exec, which with posix_spawn is the caller's (a Python interpreter of tens of megabytes). This
 * static binary is under one megabyte, so the peak measured from here is the program's own. It also sees the program's
 * CPU clock to the nanosecond (all its threads, from outside), which RLIMIT_CPU with its whole seconds does not give.
 *
 * Why vfork: the child sets up the sandbox in the parent's memory, so a failed step is simply a variable that the parent
 * reads, and vfork returns when exec has taken place. The wall clock starts right before that, in the child: the parent
 * may come to run again only when the program has been running for a while.
 *
 * A layer that this kernel lacks is left out and missing from layers=...; with --require it is a failure.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <asm/sockios.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define JUDGE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define JUDGE_ARCH AUDIT_ARCH_AARCH64
#else
#error "The seccomp filter knows x86_64 and aarch64 only"
#endif

enum {
    CONTROL_FD = 3,
    STREAMS = STDERR_FILENO + 1,
    MAX_REQUEST = 128 * 1024,
    MAX_WORDS = 256,
    EXIT_FAILED = 125,
    MAX_PATHS = 64,
    MAX_ENVIRONMENT = 64,
    MAX_FILTER = 1024,
    OPEN_FILES = 256,
    LOCKED_MEMORY_BYTES = 64 * 1024,
    POLL_MAX_US = 5000,
    POLL_MIN_US = 1000,
    TREE_LOOK_US = 50000,
    MAX_PARDON_US = 60000000,
    STANDSTILL_US = 500000,
    LEFT_LOOKS = 100,
    LEFT_PAUSE_US = 1000,
};

enum layer { LANDLOCK = 1, SECCOMP = 2, CLOSE_RANGE = 4, OWN_UID = 8 };

static const struct {
    enum layer bit;
    const char *name;
} LAYERS[] = {{LANDLOCK, "landlock"}, {SECCOMP, "seccomp"}, {CLOSE_RANGE, "close_range"}, {OWN_UID, "own_uid"}};

enum { LAYER_COUNT = sizeof LAYERS / sizeof *LAYERS };

struct settings {
    const char *box;
    const char *readable[MAX_PATHS];
    int readable_count;
    char *environment[MAX_ENVIRONMENT + 1];
    int environment_count;
    char **command;
    uint64_t cpu_us, wall_us;
    uint64_t memory_kb, address_space_kb, file_size_kb;
    uint64_t processes; /* 0: no limit */
    uint32_t uid;       /* 0: keep the caller's */
    int may_fork;
    int joined; /* its input and output are another program's, and who ends first matters */
    unsigned required;
    int ruleset; /* Landlock's; -1: this kernel has none */
};

/* What one run brings along: the program's words, in its buffer, and its first three descriptors. */
struct request {
    char buffer[MAX_REQUEST];
    char *words[MAX_WORDS + 1];
    int count;
    int streams[STREAMS];
};

/* Written by the vforked child in the parent's memory. */
struct preparation {
    const char *failed_step;
    int error;
    unsigned layers;
    uint64_t started_us;
};

struct ending {
    int status;
    struct rusage usage;
    uint64_t wall_us, ended_us;
    const char *stopped;
    int left; /* somebody outlived the program */
};

static volatile struct preparation preparation;

/* ---- reporting ------------------------------------------------------------------------------------------------ */

/* With a descriptor, unless it is -1. */
__attribute__((format(printf, 2, 3))) static void report(int descriptor, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof descriptor)];
    } control = {.header = {
                     .cmsg_len = CMSG_LEN(sizeof descriptor), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    struct iovec data = {line, (size_t)length};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (descriptor >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
    }
    if (sendmsg(CONTROL_FD, &message, MSG_NOSIGNAL) != length)
        _exit(EXIT_FAILED);
}

__attribute__((noreturn)) static void fail(const char *step, int error) {
    report(-1, "failed step=%s errno=%d\n", step, error);
    _exit(EXIT_FAILED);
}

static int check(int result, const char *step) {
    if (result < 0)
        fail(step, errno);
    return result;
}

/* In the vforked child: leave the reason where the parent finds it. */
__attribute__((noreturn)) static void give_up(const char *step) {
    preparation.error = errno;
    preparation.failed_step = step;
    _exit(EXIT_FAILED);
}

static void must(int result, const char *step) {
    if (result < 0)
        give_up(step);
}

/* ---- clocks --------------------------------------------------------------------------------------------------- */

static uint64_t microseconds(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now) < 0)
        return 0; /* the process is gone; wait4 has its final numbers */
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- options -------------------------------------------------------------------------------------------------- */

enum option_name {
    OPT_BOX = 256, OPT_READ, OPT_ENV, OPT_CPU, OPT_WALL, OPT_MEMORY, OPT_ADDRESS_SPACE, OPT_FILE_SIZE, OPT_PROCESSES,
    OPT_UID, OPT_ALLOW_FORK, OPT_JOINED, OPT_REQUIRE, OPT_IDLE,
};

static const struct option OPTIONS[] = {
    {"box", required_argument, NULL, OPT_BOX},
    {"read", required_argument, NULL, OPT_READ},
    {"env", required_argument, NULL, OPT_ENV},
    {"cpu-ms", required_argument, NULL, OPT_CPU},
    {"wall-ms", required_argument, NULL, OPT_WALL},
    {"memory-kb", required_argument, NULL, OPT_MEMORY},
    {"address-space-kb", required_argument, NULL, OPT_ADDRESS_SPACE},
    {"fsize-kb", required_argument, NULL, OPT_FILE_SIZE},
    {"nproc", required_argument, NULL, OPT_PROCESSES},
    {"uid", required_argument, NULL, OPT_UID},
    {"allow-fork", no_argument, NULL, OPT_ALLOW_FORK},
    {"joined", no_argument, NULL, OPT_JOINED},
    {"require", required_argument, NULL, OPT_REQUIRE},
    {"idle", no_argument, NULL, OPT_IDLE},
    {NULL, 0, NULL, 0},
};

static uint64_t number(const char *text) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value > UINT64_MAX / 2000)
        fail("option", EINVAL);
    return value;
}

static unsigned layer_named(const char *name) {
    for (int i = 0; i < LAYER_COUNT; i++)
        if (!strcmp(LAYERS[i].name, name))
            return LAYERS[i].bit;
    fail("option", EINVAL);
}

static void append(const char **list, int *count, int room, const char *item) {
    if (*count == room)
        fail("option", E2BIG);
    list[(*count)++] = item;
}

static void read_option(struct settings *settings, int option) {
    switch (option) {
    case OPT_BOX: settings->box = optarg; break;
    case OPT_READ: append(settings->readable, &settings->readable_count, MAX_PATHS, optarg); break;
    case OPT_ENV:
        append((const char **)settings->environment, &settings->environment_count, MAX_ENVIRONMENT, optarg);
        break;
    case OPT_CPU: settings->cpu_us = number(optarg) * 1000; break;
    case OPT_WALL: settings->wall_us = number(optarg) * 1000; break;
    case OPT_MEMORY: settings->memory_kb = number(optarg); break;
    case OPT_ADDRESS_SPACE: settings->address_space_kb = number(optarg); break;
    case OPT_FILE_SIZE: settings->file_size_kb = number(optarg); break;
    case OPT_PROCESSES: settings->processes = number(optarg); break;
    case OPT_UID: settings->uid = (uint32_t)number(optarg); break;
    case OPT_ALLOW_FORK: settings->may_fork = 1; break;
    case OPT_JOINED: settings->joined = 1; break;
    case OPT_REQUIRE: settings->required |= layer_named(optarg); break;
    case OPT_IDLE: _exit(0); /* what the probe runs inside the sandbox */
    default: fail("option", EINVAL);
    }
}

static void read_options(struct settings *settings, int count, char **words) {
    opterr = 0;
    optind = 0; /* for each run anew */
    for (int option; (option = getopt_long(count, words, "+", OPTIONS, NULL)) != -1;)
        read_option(settings, option);
    settings->command = words + optind;
}

static void check_complete(const struct settings *settings) {
    int complete = settings->box && settings->cpu_us && settings->wall_us && settings->memory_kb &&
                   settings->file_size_kb && *settings->command;
    if (!complete)
        fail("option", EINVAL);
}

/* ---- requests ------------------------------------------------------------------------------------------------- */

static void split(struct request *request, size_t length) {
    char *end = request->buffer + length;
    request->words[0] = "run";
    request->count = 1;
    for (char *word = request->buffer; word < end; word += strlen(word) + 1) {
        if (request->count == MAX_WORDS)
            fail("request", E2BIG);
        request->words[request->count++] = word;
    }
    request->words[request->count] = NULL;
}

/* False when the other side has gone, which is how a launcher ends. */
static int receive(struct request *request) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof request->streams)];
    } control;
    struct iovec data = {request->buffer, sizeof request->buffer};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(CONTROL_FD, &message, MSG_CMSG_CLOEXEC);
    if (length <= 0)
        return 0;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int good = !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) && !request->buffer[length - 1] && header &&
               header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof request->streams);
    if (!good)
        fail("request", EBADMSG);
    memcpy(request->streams, CMSG_DATA(header), sizeof request->streams);
    split(request, (size_t)length);
    return 1;
}

/* ---- child: identity and rlimits ------------------------------------------------------------------------------ */

static void drop_identity(uint32_t uid) {
    if (!uid)
        return;
    /* Raw system calls: the libc wrappers talk to threads, which a vforked child must not. */
    must((int)syscall(SYS_setgroups, 0, NULL), "setgroups");
    must((int)syscall(SYS_setresgid, uid, uid, uid), "setresgid");
    must((int)syscall(SYS_setresuid, uid, uid, uid), "setresuid");
    preparation.layers |= OWN_UID;
}

static void die_with(pid_t parent) {
    /* After the change of identity, which clears it. */
    must(prctl(PR_SET_PDEATHSIG, SIGKILL), "pdeathsig");
    if (getppid() != parent)
        raise(SIGKILL);
}

static void limit(int resource, uint64_t value, const char *step) {
    struct rlimit current;
    must(getrlimit(resource, &current), step);
    if (current.rlim_max < value)
        value = current.rlim_max; /* nobody but root may raise it */
    struct rlimit wanted = {value, value};
    must(setrlimit(resource, &wanted), step);
}

/*
 * How much a program's file says it needs from the start. Granted on top of the address-space limit: with less the kernel
 * kills it in exec, as if it had crashed, while large static data is a memory limit only once it is used.
 */
static uint64_t static_bytes(const char *path) {
    ElfW(Ehdr) header;
    ElfW(Phdr) segment;
    uint64_t total = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0; /* exec will say why */
    if (pread(fd, &header, sizeof header, 0) == sizeof header && !memcmp(header.e_ident, ELFMAG, SELFMAG))
        for (int i = 0; i < header.e_phnum; i++) {
            off_t place = (off_t)(header.e_phoff + (uint64_t)i * sizeof segment);
            if (pread(fd, &segment, sizeof segment, place) == sizeof segment && segment.p_type == PT_LOAD)
                total += segment.p_memsz;
        }
    close(fd);
    return total;
}

static void limit_resources(const struct settings *settings) {
    /* A backstop in case that the supervisor dies: it enforces the limit itself, to the millisecond. */
    limit(RLIMIT_CPU, settings->cpu_us / 1000000 + 2, "rlimit_cpu");
    limit(RLIMIT_FSIZE, settings->file_size_kb * 1024, "rlimit_fsize");
    limit(RLIMIT_NOFILE, OPEN_FILES, "rlimit_nofile");
    limit(RLIMIT_CORE, 0, "rlimit_core");
    limit(RLIMIT_MEMLOCK, LOCKED_MEMORY_BYTES, "rlimit_memlock");
    limit(RLIMIT_MSGQUEUE, 0, "rlimit_msgqueue");
    /* Deep recursion is allowed as far as memory goes. Unlimited also keeps the threads' default stack at 2 MiB. */
    limit(RLIMIT_STACK, RLIM_INFINITY, "rlimit_stack");
    if (settings->processes)
        limit(RLIMIT_NPROC, settings->processes, "rlimit_nproc");
    if (settings->address_space_kb)
        limit(RLIMIT_AS, settings->address_space_kb * 1024 + static_bytes(settings->command[0]), "rlimit_as");
}

/* ---- Landlock ------------------------------------------------------------------------------------------------- */

/* The kernel's numbers, for headers older than the kernel. */
#define FS_FILE_RIGHTS (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define FS_REFER (1ULL << 13)     /* ABI 2 */
#define FS_TRUNCATE (1ULL << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* ABI 5 */
#define FS_READ (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_ABI_1 ((1ULL << 13) - 1)
#define FS_NEVER (LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SOCK | FS_IOCTL_DEV)
#define NET_TCP 3ULL        /* bind and connect, ABI 4 */
#define SCOPE_ALL 3ULL      /* abstract unix sockets and signals, ABI 6 */

struct ruleset_attributes {
    uint64_t fs, net, scoped;
};

static struct ruleset_attributes rights_of(int abi) {
    struct ruleset_attributes rights = {.fs = FS_ABI_1};
    if (abi >= 2)
        rights.fs |= FS_REFER;
    if (abi >= 3)
        rights.fs |= FS_TRUNCATE;
    if (abi >= 4)
        rights.net = NET_TCP;
    if (abi >= 5)
        rights.fs |= FS_IOCTL_DEV;
    if (abi >= 6)
        rights.scoped = SCOPE_ALL;
    return rights;
}

static size_t attributes_size(int abi) {
    return abi < 4 ? sizeof(uint64_t) : abi < 6 ? 2 * sizeof(uint64_t) : sizeof(struct ruleset_attributes);
}

static int allow_path(int ruleset, const char *path, uint64_t rights) {
    struct stat status;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == EACCES || errno == ENOTDIR))
        return 0; /* not on this system, or not ours to give */
    if (fd < 0 || fstat(fd, &status) < 0)
        return -1;
    if (!S_ISDIR(status.st_mode))
        rights &= FS_FILE_RIGHTS;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    int result = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
    return result;
}

/* What such a path means depends on who opens it. */
static int is_own(const char *path) { return !strncmp(path, "/proc/self/", strlen("/proc/self/")); }

/* Made once, before any program has run; -1 where the kernel has no Landlock, or has it switched off. */
static int open_ruleset(const struct settings *settings) {
    int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
        return -1;
    check(abi, "landlock_version");
    struct ruleset_attributes rights = rights_of(abi);
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights, attributes_size(abi), 0);
    check(ruleset, "landlock_create_ruleset");
    for (int i = 0; i < settings->readable_count; i++)
        if (!is_own(settings->readable[i]))
            check(allow_path(ruleset, settings->readable[i], FS_READ), "landlock_path");
    uint64_t both = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
    check(allow_path(ruleset, "/dev/null", both), "landlock_path");
    check(allow_path(ruleset, settings->box, rights.fs & ~FS_NEVER), "landlock_path");
    return ruleset;
}

static void restrict_files(const struct settings *settings) {
    if (settings->ruleset < 0)
        return;
    for (int i = 0; i < settings->readable_count; i++)
        if (is_own(settings->readable[i]))
            must(allow_path(settings->ruleset, settings->readable[i], FS_READ), "landlock_path");
    must((int)syscall(SYS_landlock_restrict_self, settings->ruleset, 0), "landlock_restrict_self");
    preparation.layers |= LANDLOCK;
}

/* ---- child: seccomp ------------------------------------------------------------------------------------------- */

struct filter {
    struct sock_filter code[MAX_FILTER];
    unsigned short length;
};

static void emit(struct filter *filter, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false) {
    if (filter->length == MAX_FILTER) {
        errno = E2BIG;
        give_up("filter_length");
    }
    filter->code[filter->length++] = (struct sock_filter){code, if_true, if_false, value};
}

static void load(struct filter *filter, size_t offset) {
    emit(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct filter *filter, uint32_t action) { emit(filter, BPF_RET | BPF_K, action, 0, 0); }

static void skip_unless(struct filter *filter, uint32_t value, uint8_t count) {
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
}

static void answer_call(struct filter *filter, long call, uint32_t action) {
    skip_unless(filter, (uint32_t)call, 1);
    answer(filter, action);
}

/* Both supported machines are little-endian; pid_t and flags live in the low word, and the kernel ignores the rest. */
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t))
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define ABSENT (SECCOMP_RET_ERRNO | ENOSYS)
#define PRETEND (SECCOMP_RET_ERRNO | 0)

/* The call is allowed on oneself only: with one's own pid, or with 0 where that means the caller. */
static void only_on_oneself(struct filter *filter, long call, pid_t self, int zero_is_self) {
    skip_unless(filter, (uint32_t)call, 5);
    load(filter, ARGUMENT(0));
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)self, 2, 0);
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, zero_is_self ? 0 : (uint32_t)self, 1, 0);
    answer(filter, REFUSE);
    answer(filter, SECCOMP_RET_ALLOW);
}

/* A call whose first argument, masked, decides. */
static void by_flags(struct filter *filter, long call, uint32_t mask, uint32_t when_set, uint32_t when_clear) {
    skip_unless(filter, (uint32_t)call, 4);
    load(filter, ARGUMENT(0));
    emit(filter, BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1);
    answer(filter, when_set);
    answer(filter, when_clear);
}

/* A call that is refused for some values of one argument. */
static void refuse_options(struct filter *filter, long call, size_t argument, const uint32_t *options, uint8_t count) {
    skip_unless(filter, (uint32_t)call, (uint8_t)(2 * count + 2));
    load(filter, ARGUMENT(argument));
    for (uint8_t i = 0; i < count; i++) {
        skip_unless(filter, options[i], 1);
        answer(filter, REFUSE);
    }
    answer(filter, SECCOMP_RET_ALLOW);
}

static const int REFUSED[] = {
    /* network: socketpair stays, it reaches nobody and event loops need it */
    SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    /* other processes */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_process_mrelease, SYS_kcmp,
    SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_tkill, SYS_migrate_pages, SYS_move_pages,
    SYS_setpriority, SYS_sched_setparam, SYS_sched_setattr, SYS_ioprio_set,
    SYS_get_robust_list,
    /* namespaces and mounts */
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_tree, SYS_move_mount,
    SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_open_by_handle_at, SYS_name_to_handle_at,
    SYS_swapon, SYS_swapoff, SYS_quotactl, SYS_quotactl_fd, SYS_fanotify_init,
    /* large kernel surfaces that no solution needs */
    SYS_bpf, SYS_userfaultfd, SYS_perf_event_open, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_seccomp,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_personality, SYS_acct, SYS_syslog,
    SYS_reboot, SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
    SYS_clock_adjtime, SYS_vhangup, SYS_lookup_dcookie, SYS_mlockall,
    /* memory and messages that outlive the process or escape its count */
    SYS_shmget, SYS_shmat, SYS_shmctl, SYS_msgget, SYS_msgsnd, SYS_msgrcv, SYS_msgctl, SYS_semget, SYS_semop,
    SYS_semctl, SYS_semtimedop, SYS_mq_open, SYS_mq_unlink,
#ifdef SYS_modify_ldt
    SYS_modify_ldt, SYS_iopl, SYS_ioperm,
#endif
};

/* libc and runtimes know how to do without these, if they are told that the kernel has none. */
static const int MISSING[] = {
    SYS_clone3, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_memfd_create, SYS_memfd_secret,
    /* watching needs no right to read: it would tell of files in places that Landlock closes, and who uses them */
    SYS_inotify_init1,
#ifdef SYS_inotify_init
    SYS_inotify_init,
#endif
};

/* Nothing happens, and that is no error: Mono asks for its threads, and complains on stdout when it may not. */
static const int PRETENDED[] = {SYS_sched_setscheduler};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
    const int *calls;
    size_t count;
    uint32_t action;
} RULES[] = {
    {REFUSED, COUNT(REFUSED), REFUSE}, {PRETENDED, COUNT(PRETENDED), PRETEND}, {MISSING, COUNT(MISSING), ABSENT}};

enum { MAX_RULES = COUNT(REFUSED) + COUNT(PRETENDED) + COUNT(MISSING) };

/* From this call on, up to the next boundary, the answer is the same. */
struct boundary {
    uint32_t call, action;
};

static struct boundary boundaries[2 * MAX_RULES + 1];
static size_t boundary_count;

static int by_call(const void *one, const void *other) {
    uint32_t first = ((const struct boundary *)one)->call, second = ((const struct boundary *)other)->call;
    return (first > second) - (first < second);
}

static void add_boundary(uint32_t call, uint32_t action) {
    if (boundary_count && boundaries[boundary_count - 1].call == call)
        boundary_count--;
    if (!boundary_count || boundaries[boundary_count - 1].action != action)
        boundaries[boundary_count++] = (struct boundary){call, action};
}

static void find_boundaries(void) {
    struct boundary rules[MAX_RULES];
    size_t count = 0;
    for (size_t list = 0; list < COUNT(RULES); list++)
        for (size_t i = 0; i < RULES[list].count; i++)
            rules[count++] = (struct boundary){(uint32_t)RULES[list].calls[i], RULES[list].action};
    qsort(rules, count, sizeof *rules, by_call);
    add_boundary(0, SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < count; i++) {
        add_boundary(rules[i].call, rules[i].action);
        add_boundary(rules[i].call + 1, SECCOMP_RET_ALLOW);
    }
}

/*
 * A tree, not a list: when a filter is loaded the kernel walks it once for each call there is, to remember the answers
 * that are constant.
 */
static void search(struct filter *filter, const struct boundary *first, size_t count) {
    if (count == 1) {
        answer(filter, first->action);
        return;
    }
    size_t half = count / 2;
    unsigned short branch = filter->length;
    emit(filter, BPF_JMP | BPF_JGE | BPF_K, first[half].call, 0, 1);
    emit(filter, BPF_JMP | BPF_JA, 0, 0, 0); /* a conditional jump reaches 255 instructions only */
    search(filter, first, half);
    filter->code[branch + 1].k = (uint32_t)(filter->length - branch - 2);
    search(filter, first + half, count - half);
}

static void check_machine(struct filter *filter) {
    load(filter, offsetof(struct seccomp_data, arch));
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, JUDGE_ARCH, 1, 0);
    answer(filter, SECCOMP_RET_KILL_PROCESS);
    load(filter, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    emit(filter, BPF_JMP | BPF_JSET | BPF_K, 0x40000000, 0, 1); /* the x32 numbers of the same calls */
    answer(filter, SECCOMP_RET_KILL_PROCESS);
#endif
}

#define NEW_NAMESPACES \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* Threads only: this is what makes CPU time, memory and wait4 exact. Compilers are drivers of processes and may fork. */
static void filter_clone(struct filter *filter, int may_fork) {
    if (may_fork) {
        by_flags(filter, SYS_clone, NEW_NAMESPACES, REFUSE, SECCOMP_RET_ALLOW);
        return;
    }
    by_flags(filter, SYS_clone, CLONE_THREAD, SECCOMP_RET_ALLOW, REFUSE);
#ifdef SYS_fork
    answer_call(filter, SYS_fork, REFUSE);
    answer_call(filter, SYS_vfork, REFUSE);
#endif
}

static void filter_signals(struct filter *filter, pid_t self) {
    only_on_oneself(filter, SYS_kill, self, 0);
    only_on_oneself(filter, SYS_tgkill, self, 0);
    only_on_oneself(filter, SYS_rt_sigqueueinfo, self, 0);
    only_on_oneself(filter, SYS_rt_tgsigqueueinfo, self, 0);
    only_on_oneself(filter, SYS_prlimit64, self, 1);
    only_on_oneself(filter, SYS_sched_setaffinity, self, 1);
}

/*
 * Whoever owns a pipe or a socket gets signals of it, any that its opener chooses, SIGKILL too: without a call of kill. And
 * a directory that is watched (F_NOTIFY) tells what inotify would.
 */
static const uint32_t REFUSED_OF_FILES[] = {F_SETOWN, F_SETOWN_EX, F_NOTIFY};
static const uint32_t REFUSED_OF_DEVICES[] = {FIOSETOWN, SIOCSPGRP};

static void filter_owners(struct filter *filter) {
    refuse_options(filter, SYS_fcntl, 1, REFUSED_OF_FILES, COUNT(REFUSED_OF_FILES));
    refuse_options(filter, SYS_ioctl, 1, REFUSED_OF_DEVICES, COUNT(REFUSED_OF_DEVICES));
}

/* Leaving the session is refused, so that killpg finds everything. */
static void filter_sessions(struct filter *filter) {
    answer_call(filter, SYS_setsid, REFUSE);
    answer_call(filter, SYS_setpgid, REFUSE);
}

/*
 * The filter comes in two parts, because loading one takes as long as it is. What nobody here needs, not the launcher
 * either, is refused to the launcher once, and every program inherits it. What the launcher does need, or what depends on
 * the program's own number, is loaded for each run.
 */
static void build_common_filter(struct filter *filter) {
    filter->length = 0;
    check_machine(filter);
    filter_owners(filter);
    search(filter, boundaries, boundary_count);
}

static void build_own_filter(struct filter *filter, int may_fork) {
    filter->length = 0;
    check_machine(filter);
    filter_clone(filter, may_fork);
    filter_signals(filter, getpid());
    filter_sessions(filter);
    refuse_options(filter, SYS_prctl, 0, (const uint32_t[]){PR_SET_PDEATHSIG}, 1);
    answer(filter, SECCOMP_RET_ALLOW);
}

/* 1: loaded; 0: no such feature, or a platform that forbids it, which the probe says and --require makes fatal. */
static int load_filter(const struct filter *filter) {
    struct sock_fprog program = {.len = filter->length, .filter = (struct sock_filter *)filter->code};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
        return 1;
    int missing = errno == ENOSYS || errno == EINVAL || errno == EPERM || errno == EACCES;
    return missing ? 0 : -1;
}

static struct filter filter; /* too large for a stack that the parent shares */

static int is_common_filter_loaded;

static void restrict_launcher(void) {
    find_boundaries();
    build_common_filter(&filter);
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    is_common_filter_loaded = check(load_filter(&filter), "seccomp");
}

static void restrict_calls(const struct settings *settings) {
    build_own_filter(&filter, settings->may_fork);
    int loaded = load_filter(&filter);
    must(loaded, "seccomp");
    if (loaded && is_common_filter_loaded)
        preparation.layers |= SECCOMP;
}

/* ---- child: descriptors and exec ------------------------------------------------------------------------------ */

static void close_descriptors(void) {
    if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0) {
        preparation.layers |= CLOSE_RANGE;
        return;
    }
    must(errno == ENOSYS ? 0 : -1, "close_range");
    /* All others close by themselves on exec. */
    close(CONTROL_FD);
}

static void check_required(unsigned required) {
    errno = ENOSYS;
    must(required & ~preparation.layers ? -1 : 0, "required_layer");
}

static void take_streams(const int *streams) {
    for (int fd = 0; fd < STREAMS; fd++)
        must(dup2(streams[fd], fd), "streams");
}

__attribute__((noreturn)) static void become_program(const struct settings *settings, const int *streams,
                                                     pid_t supervisor) {
    take_streams(streams);
    must(setsid(), "setsid");
    must(chdir(settings->box), "chdir");
    umask(077);
    drop_identity(settings->uid);
    die_with(supervisor);
    limit_resources(settings);
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    restrict_files(settings);
    close_descriptors();
    restrict_calls(settings);
    check_required(settings->required);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    preparation.started_us = microseconds(CLOCK_MONOTONIC);
    execve(settings->command[0], settings->command, settings->environment);
    give_up("exec");
}

/* ---- supervisor ----------------------------------------------------------------------------------------------- */

static uint64_t resident_kb(int statm) {
    char text[64];
    ssize_t length = pread(statm, text, sizeof text - 1, 0);
    if (length <= 0)
        return 0;
    text[length] = 0;
    unsigned long long pages;
    if (sscanf(text, "%*u %llu", &pages) != 1)
        return 0;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

static uint64_t processor_count(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (uint64_t)CPU_COUNT(&allowed) : 1;
}

/* The next look comes when the budget could be used up at the earliest, with every processor busy. */
static uint64_t pause_us(uint64_t cpu_left_us, uint64_t processors) {
    uint64_t earliest = cpu_left_us / processors;
    return earliest < POLL_MIN_US ? POLL_MIN_US : earliest > POLL_MAX_US ? POLL_MAX_US : earliest;
}

struct watch {
    const struct settings *settings;
    pid_t pid;
    clockid_t cpu_clock;
    int statm;
    uint64_t started_us, cpu_us, processors;
    uint64_t next_tree_look_us, tree_cpu_us, tree_kb;
    uint64_t looked_us, stood_still_us;
    uint64_t tree_starved_us, gone_starved_us; /* the longest of those that live; what the ended had beyond it */
    int held[STDOUT_FILENO + 1]; /* ends of pipes; -1: let go of */
};

/* ---- supervisor: what /proc says ------------------------------------------------------------------------------ */

struct process {
    int session;
    unsigned flags;
    uint64_t cpu_us, resident_kb; /* CPU with that of the children it has waited for */
};

static int read_process(const char *pid, struct process *process) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = 0;
    /* The name in parentheses is the program's choice; what follows the last parenthesis is the kernel's. */
    const char *numbers = strrchr(text, ')');
    unsigned long long user, system, waited_user, waited_system, pages;
    if (!numbers || sscanf(numbers + 1,
                           " %*c %*d %*d %d %*d %*d %u %*u %*u %*u %*u %llu %llu %llu %llu %*d %*d %*d %*d %*u %*u %llu",
                           &process->session, &process->flags, &user, &system, &waited_user, &waited_system, &pages) != 7)
        return 0;
    process->cpu_us = (user + system + waited_user + waited_system) * 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    process->resident_kb = pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
    return 1;
}

/*
 * How long the one of its threads that waited longest has been ready to run while no processor was free for it; 0 where the
 * kernel does not count. Not the sum: many threads that push each other aside would collect minutes in a second.
 */
static uint64_t starved_us(const char *pid) {
    char path[64], text[96];
    snprintf(path, sizeof path, "/proc/%.20s/task", pid);
    DIR *threads = opendir(path);
    if (!threads)
        return 0; /* it has ended */
    uint64_t longest_ns = 0;
    for (struct dirent *entry; (entry = readdir(threads));) {
        snprintf(path, sizeof path, "%.20s/schedstat", entry->d_name);
        int fd = isdigit((unsigned char)*entry->d_name) ? openat(dirfd(threads), path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
        text[length > 0 ? length : 0] = 0;
        unsigned long long waited_ns;
        if (sscanf(text, "%*u %llu", &waited_ns) == 1 && waited_ns > longest_ns)
            longest_ns = waited_ns;
        if (fd >= 0)
            close(fd);
    }
    closedir(threads);
    return longest_ns / 1000;
}

/* A program that may fork shares its limits with everybody in its session. The dead count too: nobody reaps them now. */
static void look_at_tree(struct watch *watch, uint64_t now_us) {
    DIR *all = now_us < watch->next_tree_look_us ? NULL : opendir("/proc");
    if (!all)
        return;
    watch->next_tree_look_us = now_us + TREE_LOOK_US;
    watch->tree_cpu_us = watch->tree_kb = 0;
    uint64_t longest_us = 0;
    struct process process;
    for (struct dirent *entry; (entry = readdir(all));)
        if (isdigit((unsigned char)*entry->d_name) && read_process(entry->d_name, &process) &&
            process.session == watch->pid) {
            watch->tree_cpu_us += process.cpu_us;
            watch->tree_kb += process.resident_kb;
            uint64_t its_us = starved_us(entry->d_name);
            if (its_us > longest_us)
                longest_us = its_us;
        }
    closedir(all);
    if (longest_us < watch->tree_starved_us)
        watch->gone_starved_us += watch->tree_starved_us - longest_us;
    watch->tree_starved_us = longest_us;
}

/*
 * Of a pair, who ended first must be certain, and a kernel closes a process's pipes before its parent hears of its end.
 * So the supervisor holds the pipes as well, and lets go when it has noted the time: only then does the counterpart
 * see the end of its input. What the program closes while it lives is let go of as soon as that is seen. The input that
 * it still had at its end goes to the caller with the report: the counterpart may go on writing, and no race decides
 * whether that breaks a pipe.
 */
static int is_exiting(const char *pid) {
    struct process process;
    const unsigned exiting = 4; /* PF_EXITING */
    return !read_process(pid, &process) || process.flags & exiting;
}

static int has_open(DIR *descriptors, const struct stat *wanted) {
    struct stat found;
    for (struct dirent *entry; (entry = readdir(descriptors));)
        if (fstatat(dirfd(descriptors), entry->d_name, &found, 0) == 0 && found.st_ino == wanted->st_ino &&
            found.st_dev == wanted->st_dev)
            return 1;
    return 0;
}

static int is_given_up(pid_t pid, int fd) {
    char name[24], path[64];
    struct stat wanted;
    snprintf(name, sizeof name, "%d", pid);
    snprintf(path, sizeof path, "/proc/%s/fd", name);
    DIR *descriptors = opendir(path);
    if (!descriptors)
        return !is_exiting(name); /* closed to us: better let go too early than never */
    int given_up = fstat(fd, &wanted) == 0 && !has_open(descriptors, &wanted) && !is_exiting(name);
    closedir(descriptors);
    return given_up;
}

static void let_go(int *held) {
    if (*held >= 0)
        close(*held);
    *held = -1;
}

/* Its input stays open until its end: whether a write of its counterpart broke the pipe would be a matter of time. */
static void let_go_of_closed(struct watch *watch) {
    int *output = &watch->held[STDOUT_FILENO];
    if (*output >= 0 && is_given_up(watch->pid, *output))
        let_go(output);
}

/* ---- supervisor: limits --------------------------------------------------------------------------------------- */

/* We look every few milliseconds, unless the machine stands still, and we with it. */
static void count_standstill(struct watch *watch, uint64_t now_us) {
    uint64_t since_us = now_us - watch->looked_us;
    if (since_us > STANDSTILL_US)
        watch->stood_still_us += since_us;
    watch->looked_us = now_us;
}

/*
 * The wall clock is there for programs that sleep. A busy machine is not the program's fault, so what it waited for a
 * processor does not count; nor does it make a spinning program live longer than its CPU time. Neither counts a standstill
 * of the machine. Who waits for a processor while we do is pardoned once.
 */
static uint64_t pardoned_us(const struct watch *watch) {
    char pid[24];
    snprintf(pid, sizeof pid, "%d", watch->pid);
    uint64_t starved = watch->settings->may_fork ? watch->tree_starved_us + watch->gone_starved_us : starved_us(pid);
    uint64_t pardoned = starved > watch->stood_still_us ? starved : watch->stood_still_us;
    return pardoned < MAX_PARDON_US ? pardoned : MAX_PARDON_US;
}

static int is_overdue(const struct watch *watch, uint64_t now_us) {
    uint64_t due_us = watch->started_us + watch->settings->wall_us;
    return now_us > due_us && now_us - due_us > pardoned_us(watch);
}

static const char *exceeded(struct watch *watch) {
    uint64_t now_us = microseconds(CLOCK_MONOTONIC);
    count_standstill(watch, now_us);
    if (watch->settings->may_fork)
        look_at_tree(watch, now_us);
    watch->cpu_us = microseconds(watch->cpu_clock);
    if (watch->tree_cpu_us > watch->settings->cpu_us || watch->cpu_us > watch->settings->cpu_us)
        return "cpu";
    if (is_overdue(watch, now_us))
        return "wall";
    if (watch->tree_kb > watch->settings->memory_kb || resident_kb(watch->statm) > watch->settings->memory_kb)
        return "memory";
    return NULL;
}

static int has_ended(pid_t pid) {
    siginfo_t info = {0};
    /* Not reaped yet: until then its number, and so its group's, cannot be anyone else's. */
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
        fail("waitid", errno);
    return info.si_pid == pid;
}

static void kill_group(pid_t pid) {
    kill(-pid, SIGKILL); /* ESRCH: nobody left, which is what we want */
    kill(pid, SIGKILL);
}

static int stop_requested(uint64_t wait_us, const sigset_t *wakeups) {
    struct timespec pause = {(time_t)(wait_us / 1000000), (long)(wait_us % 1000000) * 1000};
    return sigtimedwait(wakeups, NULL, &pause) == SIGTERM;
}

/* As a subreaper we become every orphan's parent: without children, there are no descendants. */
static int is_anyone_left(void) {
    struct timespec pause = {0, LEFT_PAUSE_US * 1000};
    for (int looks = 0; looks < LEFT_LOOKS; looks++) {
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            ;
        if (pid < 0)
            return 0;
        nanosleep(&pause, NULL); /* killed with the group, but not dead yet */
    }
    return 1;
}

static void supervise(struct watch *watch, struct ending *ending, const sigset_t *wakeups) {
    while (!has_ended(watch->pid)) {
        if (!ending->stopped) {
            ending->stopped = exceeded(watch);
            if (ending->stopped)
                kill_group(watch->pid);
        }
        let_go_of_closed(watch);
        uint64_t left = watch->settings->cpu_us > watch->cpu_us ? watch->settings->cpu_us - watch->cpu_us : 0;
        if (stop_requested(pause_us(left, watch->processors), wakeups)) {
            if (!ending->stopped)
                ending->stopped = "request";
            kill_group(watch->pid);
        }
    }
    kill_group(watch->pid);
    ending->ended_us = microseconds(CLOCK_MONOTONIC);
    ending->wall_us = ending->ended_us - watch->started_us;
    let_go(&watch->held[STDOUT_FILENO]);
    if (wait4(watch->pid, &ending->status, 0, &ending->usage) < 0)
        fail("wait4", errno);
    ending->left = is_anyone_left();
}

static int open_statm(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    return open(path, O_RDONLY | O_CLOEXEC); /* without /proc the peak is still checked at the end */
}

static uint64_t cpu_of(const struct rusage *usage) {
    return (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 +
           (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

static void report_ending(const struct ending *ending, int input) {
    char layers[128] = "";
    for (int i = 0; i < LAYER_COUNT; i++)
        if (preparation.layers & LAYERS[i].bit)
            strcat(strcat(layers, LAYERS[i].name), ",");
    report(input,
           "ended exit=%d signal=%d cpu_us=%llu wall_us=%llu peak_kb=%ld stopped=%s "
           "ended_us=%llu left=%d layers=%s\n",
           WIFEXITED(ending->status) ? WEXITSTATUS(ending->status) : 0,
           WIFSIGNALED(ending->status) ? WTERMSIG(ending->status) : 0, (unsigned long long)cpu_of(&ending->usage),
           (unsigned long long)ending->wall_us, ending->usage.ru_maxrss, ending->stopped ? ending->stopped : "no",
           (unsigned long long)ending->ended_us, ending->left, layers);
}

/* The caller may ignore signals (Python ignores SIGPIPE and SIGXFSZ); a program must start with the defaults. */
static void reset_signals(void) {
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
}

static void prepare_supervisor(sigset_t *wakeups) {
    sigemptyset(wakeups);
    sigaddset(wakeups, SIGCHLD);
    sigaddset(wakeups, SIGTERM);
    sigprocmask(SIG_SETMASK, wakeups, NULL);
    reset_signals();
    /* SIGTERM, so that a handler that dies still has its program killed in an orderly way. */
    check(prctl(PR_SET_PDEATHSIG, SIGTERM), "pdeathsig");
    check(prctl(PR_SET_DUMPABLE, 0), "dumpable");
    check(prctl(PR_SET_CHILD_SUBREAPER, 1), "subreaper");
}

static pid_t start(const struct settings *settings, const int *streams) {
    pid_t supervisor = getpid();
    preparation.failed_step = NULL;
    preparation.layers = 0;
    pid_t pid = vfork();
    if (pid == 0)
        become_program(settings, streams, supervisor);
    check(pid, "vfork");
    if (preparation.failed_step)
        fail(preparation.failed_step, preparation.error);
    return pid;
}

/* What is pending was meant for an earlier program. */
static void forget_signals(const sigset_t *wakeups) {
    struct timespec now = {0, 0};
    while (sigtimedwait(wakeups, NULL, &now) > 0)
        ;
}

static void run(const struct settings *settings, const int *streams, const sigset_t *wakeups) {
    struct ending ending = {0};
    forget_signals(wakeups);
    struct watch watch = {.settings = settings, .pid = start(settings, streams), .processors = processor_count()};
    watch.started_us = watch.looked_us = preparation.started_us;
    close(streams[STDERR_FILENO]);
    for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++) {
        watch.held[fd] = streams[fd];
        if (!settings->joined)
            let_go(&watch.held[fd]);
    }
    if (clock_getcpuclockid(watch.pid, &watch.cpu_clock) != 0)
        fail("cpu_clock", ESRCH);
    watch.statm = open_statm(watch.pid);
    supervise(&watch, &ending, wakeups);
    close(watch.statm);
    report_ending(&ending, watch.held[STDIN_FILENO]);
    let_go(&watch.held[STDIN_FILENO]);
}

int main(int argc, char **argv) {
    static struct request request;
    struct settings fixed = {0};
    sigset_t wakeups;
    read_options(&fixed, argc, argv);
    prepare_supervisor(&wakeups);
    fixed.ruleset = open_ruleset(&fixed);
    restrict_launcher();
    while (receive(&request)) {
        struct settings settings = fixed;
        read_options(&settings, request.count, request.words);
        check_complete(&settings);
        run(&settings, request.streams, &wakeups);
    }
    return 0;
}
