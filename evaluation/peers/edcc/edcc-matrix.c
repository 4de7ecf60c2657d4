/* Compares every pair of regions by EDCC. Links the EDCC library through its C interface; see README.md beside.
 *
 * stdin:  uint32 number of pictures, uint32 side, then number × side² bytes of grey, row after row (little-endian)
 * stdout: float32 similarity of picture a to picture b for a = 1 …, b = 0 … a−1 (little-endian)
 */
#include <edcc/c_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the library's own examples use: 29 × 29 pixels, Gabor and Laplace kernels of 5, ten directions. */
enum { IMAGE_SIZE = 29, GABOR_SIZE = 5, LAPLACE_SIZE = 5, DIRECTIONS = 10, STATUS_BYTES = 1024 };

static void stop_unless(int fine, const char *why) {
  if (fine) return;
  fprintf(stderr, "edcc-matrix: %s\n", why);
  exit(1);
}

int main(void) {
  uint32_t head[2];
  stop_unless(fread(head, sizeof head, 1, stdin) == 1, "no head on stdin");
  const size_t count = head[0], side = head[1], pixels = side * side;
  stop_unless(count >= 2 && side >= 29 && side <= 4096, "an impossible head");

  char status[STATUS_BYTES] = {0};
  const int encoder = new_encoder_with_config(IMAGE_SIZE, GABOR_SIZE, LAPLACE_SIZE, DIRECTIONS, status);
  stop_unless(encoder >= 0, status + 1);
  const size_t code_bytes = get_size_of_code_buffer_required(encoder);
  char *codes = calloc(count, code_bytes);

  /* The library reads picture files; a grey picture in memory becomes one by a line of text before its pixels. */
  char *picture = malloc(64 + pixels);
  stop_unless(codes && picture, "out of memory");
  const int text = snprintf(picture, 64, "P5\n%zu %zu\n255\n", side, side);
  for (size_t i = 0; i < count; i++) {
    stop_unless(fread(picture + text, 1, pixels, stdin) == pixels, "too few pixels on stdin");
    encode_palmprint_using_bytes(encoder, picture, text + pixels, codes + i * code_bytes, code_bytes, status);
    stop_unless(status[0] == 0, status + 1);
  }
  for (size_t a = 1; a < count; a++) {
    for (size_t b = 0; b < a; b++) {
      const float similarity = calculate_codes_similarity(codes + a * code_bytes, codes + b * code_bytes, status);
      stop_unless(status[0] == 0, status + 1);
      stop_unless(fwrite(&similarity, sizeof similarity, 1, stdout) == 1, "stdout is closed");
    }
  }
  return 0;
}
