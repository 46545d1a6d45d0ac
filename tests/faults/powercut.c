/* SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded into a program, keeps in POWERCUT_SHADOW what a power cut would leave of POWERCUT_DIR with the
 * worst page cache: the bytes of a file as they were at its last fsync or fdatasync, and a deletion only
 * once its folder was synced. Killing the program and starting another on the shadow is the power cut.
 * With POWERCUT_EIO_AT=n the nth sync of a file of the folder fails with EIO instead.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static void die(const char *what) {
  perror(what);
  _exit(99);
}

static void copy(const char *from, const char *to) {
  char temporary[PATH_MAX + 8], parent[PATH_MAX], buffer[1 << 16];
  snprintf(parent, sizeof parent, "%s", to);
  *strrchr(parent, '/') = 0;
  if (mkdir(parent, 0700) && errno != EEXIST) die("mkdir");
  snprintf(temporary, sizeof temporary, "%s.new", to);
  int in = open(from, O_RDONLY), out = open(temporary, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (in < 0 || out < 0) die("open");
  ssize_t got;
  while ((got = read(in, buffer, sizeof buffer)) > 0)
    if (write(out, buffer, got) != got) die("write");
  close(in);
  close(out);
  if (rename(temporary, to)) die("rename");
}

static void forget_deleted(const char *folder, const char *shadow) {
  DIR *names = opendir(shadow);
  struct dirent *name;
  char live[PATH_MAX + 300], kept[PATH_MAX + 300];
  if (!names) return;
  while ((name = readdir(names))) {
    snprintf(live, sizeof live, "%s/%s", folder, name->d_name);
    snprintf(kept, sizeof kept, "%s/%s", shadow, name->d_name);
    if (name->d_name[0] != '.' && access(live, F_OK)) unlink(kept);
  }
  closedir(names);
}

static void keep(int file) {
  const char *folder = getenv("POWERCUT_DIR"), *shadow = getenv("POWERCUT_SHADOW");
  char link[64], path[PATH_MAX], kept[2 * PATH_MAX];
  struct stat kind;
  if (!folder || !shadow || fstat(file, &kind)) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0 || strncmp(path, folder, strlen(folder))) return;
  path[length] = 0;
  snprintf(kept, sizeof kept, "%s%s", shadow, path + strlen(folder));
  pthread_mutex_lock(&turn);
  if (S_ISDIR(kind.st_mode)) forget_deleted(path, kept);
  if (S_ISREG(kind.st_mode)) copy(path, kept);
  pthread_mutex_unlock(&turn);
}

/* Whether this sync of a file in the folder is the one that POWERCUT_EIO_AT counts to. */
static int fails(int file) {
  static int count = 0;
  const char *folder = getenv("POWERCUT_DIR"), *at = getenv("POWERCUT_EIO_AT");
  char link[64], path[PATH_MAX];
  struct stat kind;
  if (!folder || !at || fstat(file, &kind)) return 0;
  if (!S_ISREG(kind.st_mode)) return 0; /* SQLite ignores what syncing a folder returns */
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0 || strncmp(path, folder, strlen(folder))) return 0;
  return __sync_add_and_fetch(&count, 1) == atoi(at);
}

static int sync_then_keep(const char *name, int file) {
  if (fails(file)) {
    errno = EIO;
    return -1;
  }
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = real(file);
  if (result == 0) keep(file);
  return result;
}

int fsync(int file) { return sync_then_keep("fsync", file); }

int fdatasync(int file) { return sync_then_keep("fdatasync", file); }
