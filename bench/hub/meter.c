/* What the broker, this program and the machine use. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static double processor_seconds(void) {
  char name[64], text[1024];
  unsigned long user = 0, kernel = 0;
  snprintf(name, sizeof name, "/proc/%d/stat", options.pid);
  FILE *file = options.pid ? fopen(name, "r") : NULL;
  if (!file) return 0;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  char *end = strrchr(text, ')');
  if (end) sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
  return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

/* All but idle time. Interrupts are in, since the kernel counts them to the processes that they interrupt too. */
static double busy_seconds(void) {
  double user = 0, nice = 0, kernel = 0, idle, wait, hard = 0, soft = 0, stolen = 0;
  FILE *file = fopen("/proc/stat", "r");
  if (!file) return 0;
  int got = fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &kernel, &idle, &wait, &hard, &soft, &stolen);
  fclose(file);
  return got == 8 ? (user + nice + kernel + hard + soft + stolen) / (double)sysconf(_SC_CLK_TCK) : 0;
}

Meter meter(void) {
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  return (Meter){.broker = processor_seconds(),
                 .own = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
                        (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6,
                 .busy = busy_seconds(),
                 .at = now()};
}

double resident_kib(void) {
  char name[64], line[256];
  double kib = 0;
  snprintf(name, sizeof name, "/proc/%d/status", options.pid);
  FILE *file = options.pid ? fopen(name, "r") : NULL;
  if (!file) return 0;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, "VmRSS:", 6)) kib = atof(line + 6);
  fclose(file);
  return kib;
}
