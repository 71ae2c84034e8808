package se.utrop.editing;

import org.jspecify.annotations.Nullable;

/** What a figure is called and counted in, in all reports of a series. */
record SeriesFigure(String name, String label, @Nullable String unit) {}
