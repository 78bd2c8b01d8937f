#include "clock.h"

#include <stdio.h>
#include <time.h>

void tell(const char *place, int minutes) {
  time_t now = time(NULL) + minutes * 60;
  char text[6];
  strftime(text, sizeof text, "%H:%M", gmtime(&now));
  printf("%-12s %s\n", place, text);
}
