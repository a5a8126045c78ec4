#ifndef NOISY_QUADRATIC_CLAPACK_SHIM_H
#define NOISY_QUADRATIC_CLAPACK_SHIM_H

#include <stddef.h>

// Fortran routines of LAPACK and BLAS, declared here because Debian's development packages ship no
// header for LAPACK. Integers are 32-bit (LP64); the length of every character argument follows the
// argument list as a hidden size_t.

// All eigenvalues and eigenvectors of a symmetric matrix, by divide and conquer.
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info,
             size_t jobz_length, size_t uplo_length);

// All eigenvalues and eigenvectors of B A x = lambda x (itype = 3) with A and B symmetric, B positive definite, and
// x' inv(B) x = 1. B is replaced by its Cholesky factor; info > n if it is not positive definite.
void dsygvd_(const int *itype, const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *b,
             const int *ldb, double *w, double *work, const int *lwork, int *iwork, const int *liwork, int *info,
             size_t jobz_length, size_t uplo_length);

// The eigenvalues in (vl, vu] (range = 'V') of a symmetric matrix, m of them, and their eigenvectors.
void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n, double *a, const int *lda,
             const double *vl, const double *vu, const int *il, const int *iu, const double *abstol, int *m,
             double *w, double *z, const int *ldz, int *isuppz, double *work, const int *lwork, int *iwork,
             const int *liwork, int *info, size_t jobz_length, size_t range_length, size_t uplo_length);

// All eigenvalues and, with compz = 'I', eigenvectors of a symmetric tridiagonal matrix.
void dsteqr_(const char *compz, const int *n, double *d, double *e, double *z, const int *ldz, double *work,
             int *info, size_t compz_length);

// Cholesky factorization of a symmetric positive definite matrix; info > 0 if it is not.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length);

// Solves A X = B with the factor that dpotrf left.
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b,
             const int *ldb, int *info, size_t uplo_length);

// Eigenvalues of a general matrix; with jobvl = jobvr = 'N' no eigenvectors.
void dgeev_(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi,
            double *vl, const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, int *info,
            size_t jobvl_length, size_t jobvr_length);

// Solves A X = B for a general matrix by an LU factorization; info > 0 if it is singular.
void dgesv_(const int *n, const int *nrhs, double *a, const int *lda, int *ipiv, double *b, const int *ldb, int *info);

// The factors of A = Q R: R in the upper triangle of A, and reflectors for Q below it.
void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work, const int *lwork,
             int *info);

// Least squares with a matrix of full rank, by QR; info > 0 if a diagonal entry of R is 0.
void dgels_(const char *trans, const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b,
            const int *ldb, double *work, const int *lwork, int *info, size_t trans_length);

// y := alpha * A * x + beta * y with A symmetric.
void dsymv_(const char *uplo, const int *n, const double *alpha, const double *a, const int *lda,
            const double *x, const int *incx, const double *beta, double *y, const int *incy,
            size_t uplo_length);

// y := alpha * op(A) * x + beta * y, A of m rows and n columns.
void dgemv_(const char *trans, const int *m, const int *n, const double *alpha, const double *a, const int *lda,
            const double *x, const int *incx, const double *beta, double *y, const int *incy, size_t trans_length);

// C := alpha * A * A' + beta * C (trans = 'N') with C symmetric.
void dsyrk_(const char *uplo, const char *trans, const int *n, const int *k, const double *alpha,
            const double *a, const int *lda, const double *beta, double *c, const int *ldc,
            size_t uplo_length, size_t trans_length);

// C := alpha * A * B + beta * C with A symmetric (side = 'L').
void dsymm_(const char *side, const char *uplo, const int *m, const int *n, const double *alpha,
            const double *a, const int *lda, const double *b, const int *ldb, const double *beta,
            double *c, const int *ldc, size_t side_length, size_t uplo_length);

// C := alpha * op(A) * op(B) + beta * C, op(A) of m rows, op(B) of n columns, k in between.
void sgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k,
            const float *alpha, const float *a, const int *lda, const float *b, const int *ldb,
            const float *beta, float *c, const int *ldc, size_t transa_length, size_t transb_length);
void dgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k,
            const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
            const double *beta, double *c, const int *ldc, size_t transa_length, size_t transb_length);

// Functions of OpenBLAS and OpenMP, absent from other libraries. Apple's linker refuses weak references to functions
// that no library defines, so that there they are looked up when they are needed. NQ_LOOK_UP does so anywhere.
#if defined(__APPLE__) || defined(NQ_LOOK_UP)
#include <dlfcn.h>
#define NQ_OPTIONAL(result, name, argument) \
  static inline result (*nq_##name(void))(argument) { return (result(*)(argument))dlsym(RTLD_DEFAULT, #name); }
#else
#define NQ_OPTIONAL(result, name, argument)             \
  extern result name(argument) __attribute__((weak)); \
  static inline result (*nq_##name(void))(argument) { return name; }
#endif
NQ_OPTIONAL(int, openblas_get_parallel, void)
NQ_OPTIONAL(int, openblas_get_num_threads, void)
NQ_OPTIONAL(void, openblas_set_num_threads, int)
NQ_OPTIONAL(int, omp_get_max_threads, void)
NQ_OPTIONAL(void, omp_set_num_threads, int)

// Whom the number of threads that BLAS routines use belongs to.
#define NQ_BLAS_THREADS_UNKNOWN 0     // The library does not say.
#define NQ_BLAS_THREADS_OF_PROCESS 1  // OpenBLAS with threads of its own: one number for all callers.
#define NQ_BLAS_THREADS_OF_CALLER 2   // OpenBLAS on OpenMP: every thread that calls has its own number.

static inline int nq_blas_threads_owner(void) {
  if (!nq_openblas_get_num_threads() || !nq_openblas_set_num_threads()) return NQ_BLAS_THREADS_UNKNOWN;
  const int is_openmp = nq_openblas_get_parallel() && nq_openblas_get_parallel()() == 2;
  return is_openmp && nq_omp_get_max_threads() && nq_omp_set_num_threads() ? NQ_BLAS_THREADS_OF_CALLER
                                                                            : NQ_BLAS_THREADS_OF_PROCESS;
}

// The number of an owner, of which there must be one.
static inline int nq_blas_threads(int owner) {
  return owner == NQ_BLAS_THREADS_OF_CALLER ? nq_omp_get_max_threads()() : nq_openblas_get_num_threads()();
}
static inline void nq_set_blas_threads(int owner, int count) {
  if (owner == NQ_BLAS_THREADS_OF_CALLER) {
    nq_omp_set_num_threads()(count);
  } else {
    nq_openblas_set_num_threads()(count);
  }
}

#endif
