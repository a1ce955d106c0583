package nginx

const maxIncludeDepth = 20
