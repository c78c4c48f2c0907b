DROP TABLE gallery_link;
