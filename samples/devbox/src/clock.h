/* Writes the hour of a place whose clocks are so many minutes ahead of Greenwich's. */
void tell(const char *place, int minutes);
