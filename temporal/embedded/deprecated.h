// For what serves fields that the API has deprecated: older workers and clients still set them, and
// the server still copies them into its events.
#pragma once

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
