package se.utrop.news;

/**
 * The points of a figure, and the parts of them that are requested.
 *
 * @param corrections whether to read when a value was corrected
 */
record PointQuery(String name, NewsCriteria days, boolean corrections, NewsSelection selection) {}
