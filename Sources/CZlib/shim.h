#ifndef META_OPTIMIZATION_ZLIB_SHIM_H
#define META_OPTIMIZATION_ZLIB_SHIM_H

#include <zlib.h>

#endif
