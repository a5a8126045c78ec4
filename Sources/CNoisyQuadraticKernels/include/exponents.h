#ifndef NOISY_QUADRATIC_EXPONENTS_H
#define NOISY_QUADRATIC_EXPONENTS_H

#include <stddef.h>

// The inner loops of the bound by shared exponents (B9 to B13 of Docs/Derivations.md). Its grid has a node
// for every column of every line.

// The nodes with one sum of rates, sigma.
typedef struct {
  double sigma;
  double inverse;    // 1/sigma, and 0 at the origin
  double potential;  // Pi: what earlier lotteries over two lines may have cost
  double widest;     // the widest cell up to the one after this line
  size_t first, last;  // columns
  size_t offset;       // the node of the first column
} nq_exponent_line;

// The nodes with one sum of squared rates, rho.
typedef struct {
  double rho;
  double cube;   // Z(rho), the largest sum of cubed rates
  double root;   // min(sqrt rho, A')
  double scale;  // 1/(distance to the next column), and 0 in the last one
  size_t kept;   // the number of groups that are not dropped
} nq_exponent_column;

// Sums over the groups of directions at a node, and how fast they fall with the sum of cubed rates.
typedef struct {
  double noise, noise_fall, signal, signal_fall;
} nq_exponent_sums;

// A lower bound on the cost of the steps from a node on: value at the least sum of cubed rates, minus fall
// times the rest. rate: the best rate, or minus the number of steps beyond the grid.
typedef struct {
  double value, fall, rate;
} nq_exponent_node;

// Numbers of all passes over one grid.
typedef struct {
  double limit;     // A
  double rounding;  // the relative error of sums over groups
  size_t rounded;   // q, the number of cells over which steps are rounded up
} nq_exponent_rules;

// Groups of directions in ascending order of curvature. Means of powers of the curvature and sums of the
// final costates times noise and moments. A table with a row of `stride` numbers for every column holds the
// exponent's factor of the sum of cubed rates (stiffness), and the part of the exponent that depends on the
// column alone (base).
typedef struct {
  size_t count, stride;
  const double *mean, *mean2, *mean3, *lowest, *highest, *noise, *signal;
  double *stiffness, *base;
} nq_exponent_groups;

// Fills the tables, and the number of groups that each column keeps.                   (B9, B11)
void nq_exponent_tables(const nq_exponent_groups *groups, size_t count, nq_exponent_column *columns);

// The sums of all nodes of a line, at the point where their tangents are taken.        (B12, B13)
void nq_exponent_fill(const nq_exponent_groups *groups, size_t count, const nq_exponent_column *columns,
                      const nq_exponent_line *line, double limit, nq_exponent_sums *sums);

// The terms of signal and signal_fall of one node: two columns of `stride` numbers.
void nq_exponent_terms(const nq_exponent_groups *groups, size_t count, const nq_exponent_column *columns,
                       const nq_exponent_line *line, size_t p, double limit, double *terms);

// Bounds for all nodes of line j from those of the lines after it. price: lambda. tails: bounds for the steps
// beyond the grid at both ends of the sum of cubed rates, and their number; three numbers a node; null on
// lines whose steps end on the grid. Returns the number of landings.                   (B10 to B12)
size_t nq_exponent_backup(size_t count, const nq_exponent_line *lines, const nq_exponent_column *columns,
                          const nq_exponent_sums *sums, nq_exponent_node *nodes, nq_exponent_rules rules,
                          size_t j, double price, const double *tails);

// The expected number of steps of the path that follows the best rates from the origin. share: scratch of a
// number per node. unfinished: the probability that the path leaves the grid.
double nq_exponent_path(size_t count, const nq_exponent_line *lines, const nq_exponent_column *columns,
                        const nq_exponent_node *nodes, nq_exponent_rules rules, double *share,
                        double *unfinished);

// Where a step lands: one node or two of a line from l on, with their weights and sums of cubed rates. Returns
// the number of nodes, 0 beyond the last line. The kernels above do the same inline.   (B11)
typedef struct {
  size_t line, column;
  double weight[2], cube[2];
} nq_exponent_landing;
size_t nq_exponent_land(size_t count, const nq_exponent_line *lines, const nq_exponent_column *columns,
                        size_t l, double rho, double cube, nq_exponent_landing *landing);

// e^x for -700 <= x <= 0, within two units in the last place.
void nq_exponentials(size_t count, const double *x, double *result);

#endif
