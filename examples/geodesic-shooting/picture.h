/* Two pairs of bundles side by side, as an SVG file. */
#ifndef PICTURE_H
#define PICTURE_H

#include "bundle.h"

/* Left `source` over `target`, right `shot` over `target`, both seen from the
 * left of the head. Returns 0, or -1 where the file cannot be written. */
int writePicture(const char *path, const Bundle *source, const Bundle *shot,
                 const Bundle *target);

#endif
