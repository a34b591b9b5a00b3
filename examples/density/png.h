/* Writes an RGB picture as a PNG file, stored without compression. */
#ifndef PNG_H
#define PNG_H

#include <stdint.h>
#include <stdio.h>

static void pngByte(FILE *file, uint32_t *crc, uint8_t byte) {
  fputc(byte, file);
  *crc ^= byte;
  for (int bit = 0; bit < 8; ++bit)
    *crc = (*crc >> 1) ^ (0xEDB88320u & (0u - (*crc & 1u)));
}

static void pngWord(FILE *file, uint32_t *crc, uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8)
    pngByte(file, crc, (uint8_t)(word >> shift));
}

static void pngOpenChunk(FILE *file, uint32_t *crc, const char *name,
                         uint32_t length) {
  pngWord(file, crc, length);
  *crc = 0xFFFFFFFFu;
  for (int k = 0; k < 4; ++k)
    pngByte(file, crc, (uint8_t)name[k]);
}

static void pngCloseChunk(FILE *file, uint32_t *crc) {
  uint32_t ignored = 0;
  pngWord(file, &ignored, *crc ^ 0xFFFFFFFFu);
}

/* `rgb` holds height rows of width pixels of 3 bytes, top row first.
 * Returns 0, or -1 where the file cannot be written. */
static int writePng(const char *path, int width, int height,
                    const uint8_t *rgb) {
  static const uint8_t signature[8] = {0x89, 'P',  'N',  'G',
                                       '\r', '\n', 0x1A, '\n'};
  uint32_t crc = 0, a = 1, b = 0;
  uint32_t line =
      3u * (uint32_t)width + 1; /* each row opens with its filter, 0 */
  FILE *file = fopen(path, "wb");
  if (!file)
    return -1;
  fwrite(signature, 1, sizeof signature, file);

  pngOpenChunk(file, &crc, "IHDR", 13);
  pngWord(file, &crc, (uint32_t)width);
  pngWord(file, &crc, (uint32_t)height);
  pngByte(file, &crc, 8); /* bits per channel */
  pngByte(file, &crc, 2); /* RGB */
  for (int k = 0; k < 3; ++k)
    pngByte(file, &crc, 0);
  pngCloseChunk(file, &crc);

  /* A zlib stream of one stored block per row, and the Adler checksum. */
  pngOpenChunk(file, &crc, "IDAT", 2 + (uint32_t)height * (line + 5) + 4);
  pngByte(file, &crc, 0x78);
  pngByte(file, &crc, 0x01);
  for (int row = 0; row < height; ++row) {
    const uint16_t size = (uint16_t)line, inverse = (uint16_t)~size;
    pngByte(file, &crc, row == height - 1);
    pngByte(file, &crc, (uint8_t)(size & 255));
    pngByte(file, &crc, (uint8_t)(size >> 8));
    pngByte(file, &crc, (uint8_t)(inverse & 255));
    pngByte(file, &crc, (uint8_t)(inverse >> 8));
    for (uint32_t k = 0; k < line; ++k) {
      uint8_t byte = k ? rgb[(size_t)row * (line - 1) + k - 1] : 0;
      pngByte(file, &crc, byte);
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
  }
  pngWord(file, &crc, b << 16 | a);
  pngCloseChunk(file, &crc);

  pngOpenChunk(file, &crc, "IEND", 0);
  pngCloseChunk(file, &crc);
  return fclose(file) ? -1 : 0;
}

#endif
