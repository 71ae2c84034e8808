/** The programs of the benchmarks: servers to measure, clients that measure them, and tables of the results. */
package se.utrop.bench;
