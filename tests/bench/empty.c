/* The floor of starting a program at all. */
int main(void) {
  return 0;
}
